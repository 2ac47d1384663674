package io.masterlatch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.server.DataNode;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.watch.WatchesPathReport;

/** A ZooKeeper server in the test's own JVM: quickly started, and open to looks behind the protocol. */
public final class LocalZooKeeper implements AutoCloseable {

    static {
        // Nothing a test wants to know depends on the disk, which may take a second while others use it.
        System.setProperty("zookeeper.forceSync", "no");
    }

    /** What the server knew of a node at some instant between the call and its return. */
    public record Node(long czxid, long session, long lastZxid) {}

    private final Path data = Workplace.directory("local");
    private final int port = Loopback.freePort();
    private final Duration tick;
    private ServerCnxnFactory connections;
    private volatile ZooKeeperServer server;

    /** Prepares a server whose sessions last between two and twenty ticks. */
    public LocalZooKeeper(Duration tick) {
        this.tick = tick;
    }

    /** Starts the server, on the data of its last run if there was one. */
    public LocalZooKeeper start() {
        try {
            ZooKeeperServer starting = new ZooKeeperServer(data.toFile(), data.toFile(), (int) tick.toMillis());
            connections = ServerCnxnFactory.createFactory(Loopback.socketAddress(port), 0);
            connections.startup(starting);
            server = starting;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the server; its data and the sessions in it stay. */
    public void stop() {
        server = null;
        connections.shutdown();
        try {
            connections.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends a session as if it had timed out. */
    public void expire(long session) {
        server.expire(session);
    }

    /** Returns where the server listens, as ZooKeeper's connect strings have it. */
    public String connectString() {
        return Loopback.address(port);
    }

    public int port() {
        return port;
    }

    /** Sets how many connections the server accepts from one host, as maxClientCnxns does. */
    public void limitConnections(int most) {
        connections.setMaxClientCnxnsPerHost(most);
    }

    /** Returns how many connections the server has. */
    public int connections() {
        return connections.getNumAliveConnections();
    }

    /** Returns how many sessions live, connected or not. */
    public long sessions() {
        return server.getZKDatabase().getSessionCount();
    }

    /** Returns what the server knows of a node, with zeros if there is none; null when the server does not run. */
    public Node node(String path) {
        ZooKeeperServer running = server;
        ZKDatabase database = running == null ? null : running.getZKDatabase();
        if (database == null) {
            return null;
        }
        long lastZxid = database.getDataTreeLastProcessedZxid();
        DataNode node = database.getNode(path);
        return node == null
                ? new Node(0, 0, lastZxid)
                : new Node(node.stat.getCzxid(), node.stat.getEphemeralOwner(), lastZxid);
    }

    /** Returns how many children the node has; none while it does not exist. */
    public int children(String path) {
        DataNode node = server.getZKDatabase().getNode(path);
        return node == null ? 0 : node.getChildren().size();
    }

    /** Sets a node's data version, as if it had been written so often. */
    public void version(String path, int version) {
        server.getZKDatabase().getNode(path).stat.setVersion(version);
    }

    /** Returns how many sessions watch the node's data or existence. */
    public int watchers(String path) {
        WatchesPathReport watches = server.getZKDatabase().getDataTree().getWatchesByPath();
        return watches.hasSessions(path) ? watches.getSessions(path).size() : 0;
    }

    /** Stops the server and deletes its data. */
    @Override
    public void close() {
        if (server != null) {
            stop();
        }
        Workplace.delete(data);
    }
}
