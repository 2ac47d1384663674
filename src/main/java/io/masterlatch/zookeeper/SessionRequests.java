package io.masterlatch.zookeeper;

import io.masterlatch.election.Master;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Seat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** What is asked of the master's node on one session. Replies come on ZooKeeper's event thread, in the order of the requests. */
final class SessionRequests {

    private final ZooKeeper zooKeeper;
    private final ACLProvider acls;
    private final String path;
    private final LineRequests line;
    private @Nullable Known known;

    SessionRequests(ZooKeeper zooKeeper, ACLProvider acls, String path, LineRequests line) {
        this.zooKeeper = zooKeeper;
        this.acls = acls;
        this.path = path;
        this.line = line;
    }

    /** What is asked of the line of succession on this session. */
    LineRequests line() {
        return line;
    }

    void look(boolean proof, Consumer<Reply> reply) {
        int[] barrier = new int[1];
        if (proof) {
            zooKeeper.multi(List.of(Op.check(path, -1)), (rc, p, ctx, results) -> barrier[0] = rc, null);
        } else {
            zooKeeper.sync(path, (rc, p, ctx) -> barrier[0] = rc, null);
        }
        // Sent right behind it on the same connection, so that the answer is at least as new as the barrier.
        zooKeeper.exists(
                path,
                false,
                (rc, p, ctx, stat) -> {
                    boolean passed = barrier[0] == Code.OK.intValue();
                    // No node to check is an answer as well.
                    boolean answered = passed || barrier[0] == Code.NONODE.intValue();
                    if (!answered) {
                        reply.accept(Failures.of(barrier[0], "read", path));
                    } else if (rc == Code.NONODE.intValue()) {
                        reply.accept(new Reply.Seen(new Seat.Vacant(), false));
                    } else if (rc != Code.OK.intValue()) {
                        reply.accept(Failures.of(rc, "read", path));
                    } else {
                        read(stat, passed && proof, reply);
                    }
                },
                null);
    }

    /** Reads the data, unless it is known or too long: with every look of every instance it could be a megabyte. */
    private void read(Stat stat, boolean proven, Consumer<Reply> reply) {
        Known last = known;
        if (stat.getEphemeralOwner() == 0) {
            // A server shows no client that a node is a container or lives for a time only.
            String reason = path
                    + " is a persistent node, which no session holds, so that nobody can become master until somebody deletes it";
            reply.accept(new Reply.Seen(new Seat.Blocked(reason), false));
        } else if (last != null && last.change == stat.getMzxid()) {
            reply.accept(new Reply.Seen(held(stat, last.data), proven));
        } else if (stat.getDataLength() > MasterData.MAX_BYTES) {
            reply.accept(new Reply.Seen(held(stat, MasterData.tooLong(stat.getDataLength())), proven));
        } else {
            zooKeeper.getData(
                    path,
                    false,
                    (rc, p, ctx, data, now) -> {
                        if (rc == Code.OK.intValue() && now.getCzxid() == stat.getCzxid()) {
                            known = new Known(now.getMzxid(), MasterData.of(data));
                            reply.accept(new Reply.Seen(held(now, known.data), proven));
                        } else if (rc == Code.OK.intValue() || rc == Code.NONODE.intValue()) {
                            reply.accept(Failures.overtaken("the node changed while it was read"));
                        } else if (rc == Code.NOAUTH.intValue()) {
                            MasterData hidden = new MasterData(null, "its data may not be read by this instance");
                            reply.accept(new Reply.Seen(held(stat, hidden), proven));
                        } else {
                            reply.accept(Failures.of(rc, "read", path));
                        }
                    },
                    null);
        }
    }

    void claim(String address, Consumer<Reply> reply) {
        create(address, reply, () -> createParents(address, reply));
    }

    private void create(String address, Consumer<Reply> reply, Runnable ifParentsAreMissing) {
        zooKeeper.create(
                path,
                address.getBytes(StandardCharsets.UTF_8),
                acls.getAclForPath(path),
                CreateMode.EPHEMERAL,
                (rc, p, ctx, name, stat) -> {
                    if (rc == Code.OK.intValue()) {
                        reply.accept(new Reply.Claimed(held(stat, new MasterData(address, null))));
                    } else if (rc == Code.NODEEXISTS.intValue()) {
                        reply.accept(Failures.overtaken("another was faster"));
                    } else if (rc == Code.NONODE.intValue()) {
                        ifParentsAreMissing.run();
                    } else {
                        reply.accept(Failures.of(rc, "create", path));
                    }
                },
                null);
    }

    private void createParents(String address, Consumer<Reply> reply) {
        Parents parents = Parents.create(zooKeeper, acls, path);
        // Sent right behind, and it decides: who may not create a parent that exists may create the node in it.
        create(address, reply, () -> reply.accept(parents.whyMissing()));
    }

    void restore(int version, String address, Consumer<Reply> reply) {
        zooKeeper.setData(
                path,
                address.getBytes(StandardCharsets.UTF_8),
                version,
                (rc, p, ctx, stat) -> {
                    if (rc == Code.OK.intValue()) {
                        reply.accept(new Reply.Done());
                    } else if (rc == Code.BADVERSION.intValue() || rc == Code.NONODE.intValue()) {
                        reply.accept(Failures.overtaken("the node has changed again"));
                    } else {
                        reply.accept(Failures.of(rc, "write", path));
                    }
                },
                null);
    }

    private static Seat.Held held(Stat stat, MasterData data) {
        Master master = new Master(
                data.address(), stat.getCzxid(), Instant.ofEpochMilli(stat.getCtime()), stat.getEphemeralOwner());
        return new Seat.Held(master, stat.getVersion(), data.oddity());
    }

    private record Known(long change, MasterData data) {}
}
