package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.masterlatch.curator.AsyncZooKeeper.Transaction;
import io.masterlatch.curator.MasterNodeReader.Batch;
import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/** Requests about the lease and the master's node, on one ZooKeeper handle. */
final class LeaseRequests {

    private static final int OK = Code.OK.intValue();
    private static final int NODEEXISTS = Code.NODEEXISTS.intValue();
    // A write at this version leaves -1, which means any version to ZooKeeper, so that a further write could not name
    // it.
    private static final int BEFORE_ANY = -2;
    private static final int ANY = -1;

    private final AsyncZooKeeper client;
    private final Paths paths;
    private final Watcher watcher;
    private final Watcher guardWatcher;
    private final MasterNodeReader reader;

    LeaseRequests(ZooKeeper zooKeeper, Paths paths, List<ACL> acl, Watcher watcher, Watcher guardWatcher) {
        this.client = new AsyncZooKeeper(zooKeeper, acl);
        this.paths = paths;
        this.watcher = watcher;
        this.guardWatcher = guardWatcher;
        this.reader = new MasterNodeReader(client, paths.master(), watcher);
    }

    void look(Request.Look look, Consumer<Reply> reply) {
        Batch batch = new Batch();
        if (look.sync()) {
            client.sync(paths.lease(), rc -> batch.note(rc, paths.lease()));
        }
        client.read(paths.lease(), look.watchLease() ? watcher : null, (rc, data, stat) -> {
            if (batch.note(rc, paths.lease())) {
                batch.lease = lease(stat, LeaseRecord.of(data));
            }
        });
        if (look.watchLease()) {
            // Read after the lease, so that a release that is counted later is later than the record that was read.
            client.exists(paths.guard(), guardWatcher, (rc, stat) -> {
                if (batch.note(rc, paths.guard())) {
                    batch.guard = stat.getVersion();
                }
            });
        }
        String candidate = look.candidate();
        if (candidate != null) {
            String path = paths.candidate(candidate);
            client.exists(path, null, (rc, stat) -> batch.candidate = batch.note(rc, path));
        }
        reader.read(
                look.watchMaster(),
                batch,
                node -> new Reply.Looked(batch.lease, node, batch.guard, batch.candidate),
                reply);
    }

    void createLease(Request.CreateLease create, Consumer<Reply> reply) {
        Parents parents = Parents.create(client, paths.lease());
        List<Op> ops = List.of(
                client.creation(paths.lease(), create.record().bytes(), CreateMode.PERSISTENT),
                client.creation(paths.guard(), new byte[0], CreateMode.PERSISTENT));
        client.transact(
                ops,
                done -> reply.accept(
                        done.isDone() || done.code() == NODEEXISTS ? new Reply.Done() : parents.failure(done.code())));
    }

    void createGuard(Consumer<Reply> reply) {
        client.create(
                paths.guard(),
                rc -> reply.accept(
                        rc == OK || rc == NODEEXISTS
                                ? new Reply.Done()
                                : ZooKeeperErrors.of(rc, "create", paths.guard())));
    }

    void claim(Request.Claim claim, Consumer<Reply> reply) {
        byte[] data = Objects.requireNonNull(claim.record().address()).getBytes(UTF_8);
        List<Op> ops = write(claim.record(), claim.version());
        int writes = ops.size();
        if (claim.guard() != null) {
            ops.add(Op.check(paths.guard(), claim.guard()));
        }
        if (claim.nodeVersion() != null) {
            ops.add(Op.delete(paths.master(), claim.nodeVersion()));
        }
        ops.add(client.creation(paths.master(), data, CreateMode.EPHEMERAL));
        // So that it has version 1, by which a deletion of it spares a node of the same name that has just been
        // created.
        ops.add(Op.setData(paths.master(), data, 0));
        client.transact(ops, done -> {
            if (done.isDone()) {
                Stat node = done.stat(ops.size() - 1);
                reply.accept(new Reply.Written(
                        written(done, writes, claim.record()), reader.remember(node, MasterData.of(data))));
            } else if (claim.guard() != null && done.failedAt() == writes) {
                reply.accept(new Failed(Failed.Kind.NODE_CHANGED, "the write before is not known for a release"));
            } else {
                reply.accept(failure(done, writes, "create"));
            }
        });
    }

    void renew(Request.Renew renew, Consumer<Reply> reply) {
        Batch batch = new Batch();
        List<Op> ops = write(renew.record(), renew.version());
        client.transact(ops, done -> {
            if (done.isDone()) {
                batch.lease = written(done, ops.size(), renew.record());
            } else {
                batch.failed = failure(done, ops.size(), "write");
            }
        });
        reader.read(true, batch, node -> new Reply.Written(Objects.requireNonNull(batch.lease), node), reply);
    }

    void release(Request.Release release, Consumer<Reply> reply) {
        release(release, release.record().successor() == null, reply);
    }

    private void release(Request.Release release, boolean withGuard, Consumer<Reply> reply) {
        List<Op> ops = write(release.record(), release.version());
        if (withGuard) {
            // First, so that its watch fires first.
            ops.add(0, Op.setData(paths.guard(), new byte[0], ANY));
        }
        int writes = ops.size();
        if (release.nodeVersion() != null) {
            ops.add(Op.delete(paths.master(), release.nodeVersion()));
        }
        int deletions = ops.size();
        if (release.candidate() != null) {
            // In the same transaction: a request behind it would hold up the successor's claim on the server.
            ops.add(Op.delete(paths.candidate(release.candidate()), ANY));
        }
        client.transact(ops, done -> {
            if (done.isDone()) {
                reply.accept(new Reply.Written(written(done, writes, release.record()), null));
            } else if (withGuard && done.failedAt() == 0) {
                release(release, false, reply);
            } else if (done.failedAt() == deletions) {
                release(release.keepingCandidate(), withGuard, reply);
            } else {
                reply.accept(failure(done, writes, "delete"));
            }
        });
    }

    void removeLeftover(Request.RemoveLeftover remove, Consumer<Reply> reply) {
        List<Op> ops =
                List.of(Op.check(paths.lease(), remove.version()), Op.delete(paths.master(), remove.nodeVersion()));
        client.transact(ops, done -> reply.accept(done.isDone() ? new Reply.Done() : failure(done, 1, "delete")));
    }

    void restoreAddress(Request.RestoreAddress restore, Consumer<Reply> reply) {
        byte[] data = restore.address().getBytes(UTF_8);
        client.write(
                paths.master(),
                data,
                restore.nodeVersion(),
                (rc, stat) -> reply.accept(
                        rc == OK ? new Reply.Done() : ZooKeeperErrors.ofNode(rc, "write", paths.master())));
    }

    private List<Op> write(LeaseRecord record, int version) {
        List<Op> ops = new ArrayList<>();
        ops.add(Op.setData(paths.lease(), record.bytes(), version));
        if (version == BEFORE_ANY) {
            ops.add(Op.setData(paths.lease(), record.bytes(), ANY));
        }
        return ops;
    }

    private static LeaseNode written(Transaction done, int writes, LeaseRecord record) {
        return lease(done.stat(writes - 1), record);
    }

    private static LeaseNode lease(Stat stat, LeaseRecord record) {
        return new LeaseNode(stat.getCzxid(), stat.getMzxid(), stat.getVersion(), record);
    }

    private Failed failure(Transaction failed, int writes, String what) {
        if (failed.failedAt() < 0) {
            return ZooKeeperErrors.of(failed.code(), "write", paths.lease());
        }
        return failed.failedAt() < writes
                ? ZooKeeperErrors.ofLease(failed.code(), paths.lease())
                : ZooKeeperErrors.ofNode(failed.code(), what, paths.master());
    }
}
