package io.masterlatch.simulation;

import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request.Claim;
import io.masterlatch.election.Request.CreateLease;
import io.masterlatch.election.Request.Look;
import io.masterlatch.election.Request.Release;
import io.masterlatch.election.Request.RemoveLeftover;
import io.masterlatch.election.Request.Renew;
import io.masterlatch.election.Request.RestoreAddress;
import io.masterlatch.simulation.Request.Answer;
import io.masterlatch.simulation.State.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests about the lease and the master's node, sent on one handle of a client as {@code LeaseRequests} of the port
 * does.
 */
final class LeaseRequests {

    private static final int BEFORE_ANY = -2;
    private static final int ANY = -1;

    private final Client client;
    private final int handle;
    private final Runnable watcher;
    private final Runnable guardWatcher;
    private long knownChange;
    private @Nullable MasterData known;

    LeaseRequests(Client client, Runnable watcher, Runnable guardWatcher) {
        this.client = client;
        this.handle = client.handle();
        this.watcher = watcher;
        this.guardWatcher = guardWatcher;
    }

    void look(Look look, Consumer<Reply> reply) {
        Batch batch = new Batch();
        if (look.sync()) {
            client.send(handle, Request.of(Request.Kind.SYNC, batch::note));
        }
        read(Paths.LEASE, false, look.watchLease(), outcome -> {
            batch.note(outcome);
            batch.lease = lease(outcome.state(), null);
        });
        if (look.watchLease()) {
            client.send(handle, Request.read(Paths.GUARD, true, guardWatcher, outcome -> {
                batch.note(outcome);
                Znode guard = outcome.state().node(Paths.GUARD);
                batch.guard = guard == null ? null : Integer.valueOf(guard.version());
            }));
        }
        String candidate = look.candidate();
        if (candidate != null) {
            read(Paths.candidate(candidate), true, false, outcome -> {
                batch.note(outcome);
                batch.candidate = outcome.code() == Code.OK;
            });
        }
        readNode(
                look.watchMaster(),
                batch,
                node -> new Reply.Looked(batch.lease, node, batch.guard, batch.candidate),
                reply);
    }

    void createLease(CreateLease create, Consumer<Reply> reply) {
        List<Op> ops =
                List.of(Op.create(Op.Kind.CREATE, Paths.LEASE, create.record().bytes()), Op.create(Paths.GUARD));
        write(ops, outcome -> reply.accept(done(outcome, Code.NODE_EXISTS)));
    }

    void createGuard(Consumer<Reply> reply) {
        write(List.of(Op.create(Paths.GUARD)), outcome -> reply.accept(done(outcome, Code.NODE_EXISTS)));
    }

    private static Reply done(Outcome outcome, Code alsoGood) {
        return outcome.code() == Code.OK || outcome.code() == alsoGood ? new Reply.Done() : Failures.of(outcome.code());
    }

    void claim(Claim claim, Consumer<Reply> reply) {
        List<Op> ops = write(claim.record(), claim.version());
        int writes = ops.size();
        if (claim.guard() != null) {
            ops.add(Op.check(Paths.GUARD, claim.guard()));
        }
        if (claim.nodeVersion() != null) {
            ops.add(Op.delete(Paths.MASTER, claim.nodeVersion()));
        }
        byte[] data = Objects.requireNonNull(claim.record().address()).getBytes(StandardCharsets.UTF_8);
        ops.add(Op.create(Op.Kind.CREATE_EPHEMERAL, Paths.MASTER, data));
        ops.add(Op.set(Paths.MASTER, data, 0));
        write(ops, outcome -> {
            if (outcome.code() != Code.OK) {
                reply.accept(Failures.of(outcome, writes));
                return;
            }
            Znode node = Objects.requireNonNull(outcome.state().node(Paths.MASTER));
            know(node);
            reply.accept(new Reply.Written(Objects.requireNonNull(lease(outcome.state(), claim.record())), node(node)));
        });
    }

    void renew(Renew renew, Consumer<Reply> reply) {
        Batch batch = new Batch();
        List<Op> ops = write(renew.record(), renew.version());
        write(ops, outcome -> {
            if (outcome.code() == Code.OK) {
                batch.lease = lease(outcome.state(), renew.record());
            } else {
                batch.failed = Failures.of(outcome, ops.size());
            }
        });
        readNode(true, batch, node -> new Reply.Written(Objects.requireNonNull(batch.lease), node), reply);
    }

    void release(Release release, Consumer<Reply> reply) {
        release(release, release.record().successor() == null, reply);
    }

    private void release(Release release, boolean withGuard, Consumer<Reply> reply) {
        List<Op> ops = new ArrayList<>();
        if (withGuard) {
            ops.add(Op.set(Paths.GUARD, new byte[0], ANY));
        }
        ops.addAll(write(release.record(), release.version()));
        int writes = ops.size();
        if (release.nodeVersion() != null) {
            ops.add(Op.delete(Paths.MASTER, release.nodeVersion()));
        }
        int deletions = ops.size();
        String candidate = release.candidate();
        if (candidate != null) {
            ops.add(Op.delete(Paths.candidate(candidate), ANY));
        }
        write(ops, outcome -> {
            if (outcome.code() == Code.OK) {
                reply.accept(new Reply.Written(Objects.requireNonNull(lease(outcome.state(), release.record())), null));
            } else if (withGuard && outcome.failedAt() == 0) {
                release(release, false, reply);
            } else if (outcome.failedAt() == deletions) {
                release(
                        new Release(release.record(), release.version(), release.nodeVersion(), null),
                        withGuard,
                        reply);
            } else {
                reply.accept(Failures.of(outcome, writes));
            }
        });
    }

    void removeLeftover(RemoveLeftover remove, Consumer<Reply> reply) {
        List<Op> ops = List.of(Op.check(Paths.LEASE, remove.version()), Op.delete(Paths.MASTER, remove.nodeVersion()));
        write(ops, outcome -> reply.accept(outcome.code() == Code.OK ? new Reply.Done() : Failures.of(outcome, 1)));
    }

    void restoreAddress(RestoreAddress restore, Consumer<Reply> reply) {
        byte[] data = restore.address().getBytes(StandardCharsets.UTF_8);
        write(
                List.of(Op.set(Paths.MASTER, data, restore.nodeVersion())),
                outcome ->
                        reply.accept(outcome.code() == Code.OK ? new Reply.Done() : Failures.ofNode(outcome.code())));
    }

    private static List<Op> write(LeaseRecord record, int version) {
        List<Op> ops = new ArrayList<>();
        ops.add(Op.set(Paths.LEASE, record.bytes(), version));
        if (version == BEFORE_ANY) {
            ops.add(Op.set(Paths.LEASE, record.bytes(), ANY));
        }
        return ops;
    }

    private static @Nullable LeaseNode lease(State state, @Nullable LeaseRecord written) {
        Znode node = state.node(Paths.LEASE);
        return node == null
                ? null
                : new LeaseNode(
                        node.czxid(),
                        node.mzxid(),
                        node.version(),
                        written != null ? written : LeaseRecord.of(node.data()));
    }

    private void readNode(
            boolean watch, Batch batch, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        read(Paths.MASTER, true, watch, outcome -> {
            batch.note(outcome);
            Znode node = outcome.state().node(Paths.MASTER);
            if (batch.failed != null) {
                reply.accept(batch.failed);
            } else if (node == null) {
                reply.accept(answer.apply(null));
            } else if (known != null && knownChange == node.mzxid()) {
                reply.accept(answer.apply(node(node)));
            } else {
                readData(node, answer, reply);
            }
        });
    }

    private void readData(Znode seen, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        read(Paths.MASTER, false, false, outcome -> {
            Znode node = outcome.state().node(Paths.MASTER);
            if (outcome.code() != Code.OK && outcome.code() != Code.NO_NODE) {
                reply.accept(Failures.of(outcome.code()));
            } else if (node != null && node.mzxid() == seen.mzxid()) {
                know(node);
                reply.accept(answer.apply(node(node)));
            } else {
                reply.accept(answer.apply(node(seen, new MasterData(null, "its data changed while it was read"))));
            }
        });
    }

    private void know(Znode node) {
        knownChange = node.mzxid();
        known = MasterData.of(node.data());
    }

    private MasterNode node(Znode node) {
        return node(node, Objects.requireNonNull(known));
    }

    private static MasterNode node(Znode node, MasterData data) {
        return new MasterNode(node.czxid(), node.version(), node.owner(), Instant.EPOCH, data);
    }

    private void read(String path, boolean watchMissing, boolean watch, Answer answer) {
        client.send(handle, Request.read(path, watchMissing, watch ? watcher : null, answer));
    }

    private void write(List<Op> ops, Answer answer) {
        client.send(handle, Request.write(ops, answer));
    }

    /** What a few requests in a row have brought. */
    private static final class Batch {

        private @Nullable Failed failed;
        private @Nullable LeaseNode lease;
        private @Nullable Integer guard;
        private boolean candidate;

        void note(Outcome outcome) {
            if (failed == null && outcome.code() != Code.OK && outcome.code() != Code.NO_NODE) {
                failed = Failures.of(outcome.code());
            }
        }
    }
}
