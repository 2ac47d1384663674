package io.masterlatch.curator;

import io.masterlatch.election.MasterData;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.Reply;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** Reads the master's node on one ZooKeeper handle; its content only when it has changed: it could be a megabyte. */
final class MasterNodeReader {

    private static final int OK = Code.OK.intValue();

    private final ZooKeeper zooKeeper;
    private final String path;
    private final Watcher watcher;
    private @Nullable Known known;

    private record Known(long change, MasterData data) {}

    MasterNodeReader(ZooKeeper zooKeeper, String path, Watcher watcher) {
        this.zooKeeper = zooKeeper;
        this.path = path;
        this.watcher = watcher;
    }

    /** Takes the node's content, which is read only once. */
    MasterNode remember(Stat stat, MasterData data) {
        known = new Known(stat.getMzxid(), data);
        return node(stat, data);
    }

    /** Reads the node behind the requests of a batch, and replies for all of them. */
    void read(boolean watch, Batch batch, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        zooKeeper.exists(
                path,
                watch ? watcher : null,
                (rc, p, ctx, stat) -> {
                    batch.note(rc, true, "read", path);
                    Known last = known;
                    if (batch.failed != null) {
                        reply.accept(batch.failed);
                    } else if (rc != OK) {
                        reply.accept(answer.apply(null));
                    } else if (last != null && last.change == stat.getMzxid()) {
                        reply.accept(answer.apply(node(stat, last.data)));
                    } else if (stat.getDataLength() > MasterData.MAX_BYTES) {
                        reply.accept(answer.apply(node(stat, MasterData.tooLong(stat.getDataLength()))));
                    } else {
                        readData(stat, answer, reply);
                    }
                },
                null);
    }

    private void readData(Stat stat, Function<@Nullable MasterNode, Reply> answer, Consumer<Reply> reply) {
        zooKeeper.getData(
                path,
                false,
                (rc, p, ctx, data, now) -> {
                    if (rc == OK && now.getMzxid() == stat.getMzxid()) {
                        reply.accept(answer.apply(remember(now, MasterData.of(data))));
                    } else if (rc == OK || rc == Code.NONODE.intValue()) {
                        // It was as it was when it was first read; that it has changed the next look finds out.
                        reply.accept(
                                answer.apply(node(stat, new MasterData(null, "its data changed while it was read"))));
                    } else if (rc == Code.NOAUTH.intValue()) {
                        MasterData hidden = new MasterData(null, "its data may not be read by this instance");
                        reply.accept(answer.apply(node(stat, hidden)));
                    } else {
                        reply.accept(ZooKeeperErrors.of(rc, "read", path));
                    }
                },
                null);
    }

    private static MasterNode node(Stat stat, MasterData data) {
        return new MasterNode(
                stat.getCzxid(),
                stat.getVersion(),
                stat.getEphemeralOwner(),
                Instant.ofEpochMilli(stat.getCtime()),
                data);
    }
}
