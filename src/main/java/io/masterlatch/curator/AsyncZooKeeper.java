package io.masterlatch.curator;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one ZooKeeper handle, with the access control list of all nodes that it creates. Nothing that a 3.4
 * server does not know. Replies come on ZooKeeper's event thread, in the order of the requests.
 */
final class AsyncZooKeeper {

    private final ZooKeeper zooKeeper;
    private final List<ACL> acl;

    AsyncZooKeeper(ZooKeeper zooKeeper, List<ACL> acl) {
        this.zooKeeper = zooKeeper;
        this.acl = acl;
    }

    /** Takes the state of a node, if the result code is OK. */
    interface Seen {

        void take(int rc, Stat stat);
    }

    /** Takes the content of a node, if the result code is OK. */
    interface Read {

        void take(int rc, byte @Nullable [] data, Stat stat);
    }

    void sync(String path, IntConsumer then) {
        zooKeeper.sync(path, (rc, p, ctx) -> then.accept(rc), null);
    }

    void exists(String path, @Nullable Watcher watcher, Seen then) {
        zooKeeper.exists(path, watcher, (rc, p, ctx, stat) -> then.take(rc, stat), null);
    }

    void read(String path, @Nullable Watcher watcher, Read then) {
        zooKeeper.getData(path, watcher, (rc, p, ctx, data, stat) -> then.take(rc, data, stat), null);
    }

    void children(String path, BiConsumer<Integer, List<String>> then) {
        zooKeeper.getChildren(path, false, (rc, p, ctx, names) -> then.accept(rc, names), null);
    }

    void create(String path, byte[] data, CreateMode mode, BiConsumer<Integer, String> then) {
        zooKeeper.create(path, data, acl, mode, (rc, p, ctx, name) -> then.accept(rc, name), null);
    }

    /** Creates a persistent node without content. */
    void create(String path, IntConsumer then) {
        create(path, new byte[0], CreateMode.PERSISTENT, (rc, name) -> then.accept(rc));
    }

    void write(String path, byte[] data, int version, Seen then) {
        zooKeeper.setData(path, data, version, (rc, p, ctx, stat) -> then.take(rc, stat), null);
    }

    void delete(String path, IntConsumer then) {
        zooKeeper.delete(path, -1, (rc, p, ctx) -> then.accept(rc), null);
    }

    Op creation(String path, byte[] data, CreateMode mode) {
        return Op.create(path, data, acl, mode);
    }

    void transact(List<Op> ops, Consumer<Transaction> then) {
        zooKeeper.multi(ops, (rc, p, ctx, results) -> then.accept(Transaction.of(rc, results)), null);
    }

    /**
     * The result of a transaction.
     *
     * @param code the result code of the operation that failed, or of the whole
     * @param failedAt the place of that operation; negative when none failed or it is not known which
     * @param results what each operation has brought, if all were done
     */
    record Transaction(int code, int failedAt, List<OpResult> results) {

        private static Transaction of(int rc, @Nullable List<OpResult> results) {
            List<OpResult> known = results == null ? List.of() : results;
            for (int place = 0; place < known.size(); place++) {
                int code = known.get(place) instanceof OpResult.ErrorResult error ? error.getErr() : 0;
                // The operations behind the failed one are inconsistent only because of it.
                if (code != 0 && code != Code.RUNTIMEINCONSISTENCY.intValue()) {
                    return new Transaction(code, place, known);
                }
            }
            return new Transaction(rc, -1, known);
        }

        boolean isDone() {
            return code == 0;
        }

        /** Returns the state after the write with that index. */
        Stat stat(int place) {
            return ((OpResult.SetDataResult) results.get(place)).getStat();
        }

        /** Returns the path of the node that the operation with that index created. */
        String created(int place) {
            return ((OpResult.CreateResult) results.get(place)).getPath();
        }
    }
}
