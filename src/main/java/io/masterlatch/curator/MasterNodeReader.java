package io.masterlatch.curator;

import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** Reads the master's node on one ZooKeeper handle; its content only when it has changed: it could be a megabyte. */
final class MasterNodeReader {

    private final AsyncZooKeeper client;
    private final String path;
    private final Watcher watcher;
    private long knownChange;
    private @Nullable MasterData known;
    private @Nullable String children;

    /** The results of a batch of requests, until the reply to the last one. */
    static final class Batch {

        @Nullable
        Failed failed;

        @Nullable
        LeaseNode lease;

        @Nullable
        Integer guard;

        boolean candidate;

        /**
         * Takes the result code of a read. Returns whether the node is there; that it is missing is an answer as well.
         */
        boolean note(int rc, String path) {
            if (failed == null && rc != Code.OK.intValue() && rc != Code.NONODE.intValue()) {
                failed = ZooKeeperErrors.of(rc, "read", path);
            }
            return rc == Code.OK.intValue();
        }
    }

    MasterNodeReader(AsyncZooKeeper client, String path, Watcher watcher) {
        this.client = client;
        this.path = path;
        this.watcher = watcher;
    }

    /** Takes the node's content, which is read only once. */
    MasterNode remember(Stat stat, MasterData data) {
        knownChange = stat.getMzxid();
        known = data;
        return node(stat, data);
    }

    /** Reads the node behind the requests of a batch, and replies for all of them. */
    void read(boolean watch, Batch batch, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        client.exists(path, watch ? watcher : null, (rc, stat) -> {
            boolean there = batch.note(rc, path);
            if (batch.failed != null) {
                reply.accept(batch.failed);
            } else if (!there) {
                reply.accept(answer.apply(null));
            } else if (stat.getNumChildren() > 0) {
                readChildren(stat, answer, reply);
            } else {
                readContent(stat, answer, reply);
            }
        });
    }

    private void readContent(Stat seen, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        if (known != null && knownChange == seen.getMzxid()) {
            reply.accept(answer.apply(node(seen, known)));
        } else if (seen.getDataLength() > MasterData.MAX_BYTES) {
            reply.accept(answer.apply(node(seen, MasterData.tooLong(seen.getDataLength()))));
        } else {
            readData(seen, answer, reply);
        }
    }

    /** Reads the children, which only a persistent node has. An operator has to delete them before the node. */
    private void readChildren(Stat seen, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        children = seen.getNumChildren() + " nodes";
        if (seen.getNumChildren() > Children.MOST_READ) {
            readContent(seen, answer, reply);
            return;
        }
        client.children(path, (rc, names) -> {
            children = rc == Code.OK.intValue() ? Children.words(path, names) : children;
            readContent(seen, answer, reply);
        });
    }

    private void readData(Stat seen, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        client.read(path, null, (rc, data, stat) -> {
            Code code = Code.get(rc);
            if (code == Code.OK && stat.getMzxid() == seen.getMzxid()) {
                reply.accept(answer.apply(remember(stat, MasterData.of(data))));
            } else if (code == Code.OK || code == Code.NONODE) {
                // The first read was consistent. The next look will show the change.
                reply.accept(answer.apply(node(seen, unread("its data changed while it was read"))));
            } else if (code == Code.NOAUTH) {
                reply.accept(answer.apply(node(seen, unread("its data may not be read by this instance"))));
            } else {
                reply.accept(ZooKeeperErrors.of(rc, "read", path));
            }
        });
    }

    private static MasterData unread(String why) {
        return new MasterData(null, why);
    }

    private MasterNode node(Stat stat, MasterData data) {
        Instant since = Instant.ofEpochMilli(stat.getCtime());
        String words = stat.getNumChildren() > 0 ? children : null;
        return new MasterNode(stat.getCzxid(), stat.getVersion(), stat.getEphemeralOwner(), since, data, words);
    }
}
