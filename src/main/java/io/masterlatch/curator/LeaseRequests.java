package io.masterlatch.curator;

import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.SetDataResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Requests about the lease and the master's node, on one ZooKeeper handle. They use nothing that a 3.4 server does not know. Replies
 * come on ZooKeeper's event thread, in the order of the requests.
 */
final class LeaseRequests {

    private static final int OK = Code.OK.intValue();
    // A write at this version leaves -1, which a further write could not name: to ZooKeeper it means any version.
    private static final int BEFORE_ANY = -2;
    private static final int ANY = -1;

    private final ZooKeeper zooKeeper;
    private final Paths paths;
    private final List<ACL> acl;
    private final Watcher watcher;
    private final Watcher guardWatcher;
    private final MasterNodeReader reader;

    LeaseRequests(ZooKeeper zooKeeper, Paths paths, List<ACL> acl, Watcher watcher, Watcher guardWatcher) {
        this.zooKeeper = zooKeeper;
        this.paths = paths;
        this.acl = acl;
        this.watcher = watcher;
        this.guardWatcher = guardWatcher;
        this.reader = new MasterNodeReader(zooKeeper, paths.master(), watcher);
    }

    void look(Request.Look look, Consumer<Reply> reply) {
        Batch batch = new Batch();
        if (look.sync()) {
            zooKeeper.sync(paths.lease(), (rc, p, ctx) -> batch.note(rc, false, "read", paths.lease()), null);
        }
        zooKeeper.getData(
                paths.lease(),
                look.watchLease() ? watcher : null,
                (rc, p, ctx, data, stat) -> {
                    if (batch.note(rc, true, "read", paths.lease()) && rc == OK) {
                        batch.lease = lease(stat, LeaseRecord.of(data));
                    }
                },
                null);
        if (look.watchLease()) {
            // Behind the lease, so that a release that is counted later is later than what the lease was seen to be.
            zooKeeper.exists(
                    paths.guard(),
                    guardWatcher,
                    (rc, p, ctx, stat) -> {
                        if (batch.note(rc, true, "read", paths.guard()) && rc == OK) {
                            batch.guard = stat.getVersion();
                        }
                    },
                    null);
        }
        String candidate = look.candidate();
        if (candidate != null) {
            zooKeeper.exists(
                    paths.candidate(candidate),
                    null,
                    (rc, p, ctx, stat) ->
                            batch.candidate = batch.note(rc, true, "read", paths.candidate(candidate)) && rc == OK,
                    null);
        }
        reader.read(
                look.watchMaster(),
                batch,
                node -> new Reply.Looked(batch.lease, node, batch.guard, batch.candidate),
                reply);
    }

    void createLease(Request.CreateLease create, Consumer<Reply> reply) {
        Parents parents = Parents.create(zooKeeper, acl, paths.lease());
        zooKeeper.multi(
                List.of(
                        Op.create(paths.lease(), create.record().bytes(), acl, CreateMode.PERSISTENT),
                        Op.create(paths.guard(), new byte[0], acl, CreateMode.PERSISTENT)),
                (rc, p, ctx, results) -> {
                    int place = ZooKeeperErrors.failedAt(results);
                    int code = place < 0 ? rc : ZooKeeperErrors.codeAt(results, place);
                    if (rc == OK || code == Code.NODEEXISTS.intValue()) {
                        reply.accept(new Reply.Done());
                    } else {
                        reply.accept(
                                code == Code.NONODE.intValue()
                                        ? parents.whyMissing()
                                        : ZooKeeperErrors.of(code, "create", paths.lease()));
                    }
                },
                null);
    }

    void createGuard(Consumer<Reply> reply) {
        zooKeeper.create(
                paths.guard(),
                new byte[0],
                acl,
                CreateMode.PERSISTENT,
                (rc, p, ctx, name) -> reply.accept(
                        rc == OK || rc == Code.NODEEXISTS.intValue()
                                ? new Reply.Done()
                                : ZooKeeperErrors.of(rc, "create", paths.guard())),
                null);
    }

    void claim(Request.Claim claim, Consumer<Reply> reply) {
        List<Op> ops = write(claim.record(), claim.version());
        int writes = ops.size();
        Integer guard = claim.guard();
        if (guard != null) {
            ops.add(Op.check(paths.guard(), guard));
        }
        Integer nodeVersion = claim.nodeVersion();
        if (nodeVersion != null) {
            ops.add(Op.delete(paths.master(), nodeVersion));
        }
        String address = Objects.requireNonNull(claim.record().address());
        byte[] data = address.getBytes(StandardCharsets.UTF_8);
        ops.add(Op.create(paths.master(), data, acl, CreateMode.EPHEMERAL));
        // So that it has version 1, by which a deletion of it spares a node of the same name that has just been
        // created.
        ops.add(Op.setData(paths.master(), data, 0));
        zooKeeper.multi(
                ops,
                (rc, p, ctx, results) -> {
                    if (guard != null && ZooKeeperErrors.failedAt(results) == writes) {
                        reply.accept(
                                new Failed(Failed.Kind.NODE_CHANGED, "the write before is not known for a release"));
                        return;
                    }
                    if (rc != OK) {
                        reply.accept(failure(rc, results, writes, "create"));
                        return;
                    }
                    Stat stat = ((SetDataResult) results.get(results.size() - 1)).getStat();
                    MasterNode node = reader.remember(stat, MasterData.of(data));
                    reply.accept(new Reply.Written(written(results, writes, claim.record()), node));
                },
                null);
    }

    void renew(Request.Renew renew, Consumer<Reply> reply) {
        Batch batch = new Batch();
        if (renew.version() == BEFORE_ANY) {
            List<Op> ops = write(renew.record(), renew.version());
            zooKeeper.multi(
                    ops,
                    (rc, p, ctx, results) -> {
                        if (rc == OK) {
                            batch.lease = written(results, ops.size(), renew.record());
                        } else {
                            batch.failed = failure(rc, results, ops.size(), "write");
                        }
                    },
                    null);
        } else {
            zooKeeper.setData(
                    paths.lease(),
                    renew.record().bytes(),
                    renew.version(),
                    (rc, p, ctx, stat) -> {
                        if (rc == OK) {
                            batch.lease = lease(stat, renew.record());
                        } else {
                            batch.failed = ZooKeeperErrors.ofLease(rc, paths.lease());
                        }
                    },
                    null);
        }
        reader.read(true, batch, node -> new Reply.Written(Objects.requireNonNull(batch.lease), node), reply);
    }

    void release(Request.Release release, Consumer<Reply> reply) {
        release(release, release.record().successor() == null, reply);
    }

    private void release(Request.Release release, boolean withGuard, Consumer<Reply> reply) {
        List<Op> ops = new ArrayList<>();
        if (withGuard) {
            // In front, so that its watch fires first.
            ops.add(Op.setData(paths.guard(), new byte[0], ANY));
        }
        ops.addAll(write(release.record(), release.version()));
        int writes = ops.size();
        Integer nodeVersion = release.nodeVersion();
        if (nodeVersion != null) {
            ops.add(Op.delete(paths.master(), nodeVersion));
        }
        int deletions = ops.size();
        String candidate = release.candidate();
        if (candidate != null) {
            // In the same transaction: a request behind it would hold up the successor's claim on the server.
            ops.add(Op.delete(paths.candidate(candidate), ANY));
        }
        zooKeeper.multi(
                ops,
                (rc, p, ctx, results) -> {
                    int place = ZooKeeperErrors.failedAt(results);
                    if (rc == OK) {
                        reply.accept(new Reply.Written(written(results, writes, release.record()), null));
                    } else if (withGuard && place == 0) {
                        release(release, false, reply);
                    } else if (place == deletions) {
                        release(
                                new Request.Release(release.record(), release.version(), nodeVersion, null),
                                withGuard,
                                reply);
                    } else {
                        reply.accept(failure(rc, results, writes, "delete"));
                    }
                },
                null);
    }

    void removeLeftover(Request.RemoveLeftover remove, Consumer<Reply> reply) {
        zooKeeper.multi(
                List.of(Op.check(paths.lease(), remove.version()), Op.delete(paths.master(), remove.nodeVersion())),
                (rc, p, ctx, results) -> reply.accept(rc == OK ? new Reply.Done() : failure(rc, results, 1, "delete")),
                null);
    }

    void restoreAddress(Request.RestoreAddress restore, Consumer<Reply> reply) {
        zooKeeper.setData(
                paths.master(),
                restore.address().getBytes(StandardCharsets.UTF_8),
                restore.nodeVersion(),
                (rc, p, ctx, stat) ->
                        reply.accept(rc == OK ? new Reply.Done() : ZooKeeperErrors.ofNode(rc, "write", paths.master())),
                null);
    }

    private List<Op> write(LeaseRecord record, int version) {
        List<Op> ops = new ArrayList<>();
        ops.add(Op.setData(paths.lease(), record.bytes(), version));
        if (version == BEFORE_ANY) {
            ops.add(Op.setData(paths.lease(), record.bytes(), ANY));
        }
        return ops;
    }

    private static LeaseNode written(List<OpResult> results, int writes, LeaseRecord record) {
        return lease(((SetDataResult) results.get(writes - 1)).getStat(), record);
    }

    private static LeaseNode lease(Stat stat, LeaseRecord record) {
        return new LeaseNode(stat.getCzxid(), stat.getMzxid(), stat.getVersion(), record);
    }

    private Failed failure(int rc, @Nullable List<OpResult> results, int writes, String what) {
        int place = ZooKeeperErrors.failedAt(results);
        if (place < 0 || results == null) {
            return ZooKeeperErrors.of(rc, "write", paths.lease());
        }
        int code = ZooKeeperErrors.codeAt(results, place);
        return place < writes
                ? ZooKeeperErrors.ofLease(code, paths.lease())
                : ZooKeeperErrors.ofNode(code, what, paths.master());
    }
}
