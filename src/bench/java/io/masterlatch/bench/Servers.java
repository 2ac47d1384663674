package io.masterlatch.bench;

import io.masterlatch.testing.ZooKeeperEnsemble;
import io.masterlatch.testing.ZooKeeperProcess;
import java.util.List;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryUntilElapsed;
import org.apache.zookeeper.ZooKeeper;

/** The ZooKeeper servers of a benchmark, in processes of their own. */
final class Servers implements AutoCloseable {

    private final String connectString;
    private final Supplier<ZooKeeperProcess> counter;
    private final Runnable end;

    private Servers(String connectString, Supplier<ZooKeeperProcess> counter, Runnable end) {
        this.connectString = connectString;
        this.counter = counter;
        this.end = end;
    }

    /** Starts one server, or three, that do not wait for the disk. */
    static Servers start(int count) {
        return count == 1 ? of(new ZooKeeperProcess("bench")) : of(new ZooKeeperEnsemble().start());
    }

    /** Starts one server that answers when a write has reached the disk, as ZooKeeper does by default. */
    static Servers startWithDisk() {
        return of(new ZooKeeperProcess("bench").jvm("-Dzookeeper.forceSync=yes"));
    }

    private static Servers of(ZooKeeperProcess server) {
        server.start().awaitServing();
        return new Servers(server.connectString(), () -> server, server::close);
    }

    /** Takes an ensemble over. */
    static Servers of(ZooKeeperEnsemble ensemble) {
        ZooKeeperProcess leader = ensemble.leader();
        return new Servers(ensemble.connectString(), () -> leader, ensemble::close);
    }

    /** Returns the port of the only server. */
    int port() {
        return counter.get().clientPort();
    }

    String connectString() {
        return connectString;
    }

    /** Returns how many transactions there have been; those that failed count, since they are written too. */
    long writes() {
        return Long.decode(value("Zxid: ")) & 0xffff_ffffL;
    }

    /** Returns how many packets this server has received: pings, reads and writes. */
    long received() {
        return Long.parseLong(value("Received: "));
    }

    private String value(String key) {
        for (int tries = 0; tries < 20; tries++) {
            List<String> lines = counter.get().fourLetterWord("srvr").lines().toList();
            for (String line : lines) {
                if (line.startsWith(key)) {
                    return line.substring(key.length());
                }
            }
        }
        throw new IllegalStateException("no answer to srvr from " + counter.get());
    }

    /** Creates a node that stays. */
    void create(String path) throws Exception {
        try (CuratorFramework client = client()) {
            client.create().orSetData().forPath(path);
        }
    }

    /** Does something by a client of its own. */
    void ask(Together.Deed<ZooKeeper> deed) throws Exception {
        try (CuratorFramework client = client()) {
            client.blockUntilConnected();
            deed.to(client.getZookeeperClient().getZooKeeper());
        }
    }

    /** Patient, as hundreds of sessions may have just been closed. */
    private CuratorFramework client() {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(connectString, 20_000, 20_000, new RetryUntilElapsed(60_000, 250));
        client.start();
        return client;
    }

    @Override
    public void close() {
        end.run();
    }
}
