package io.masterlatch.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ZooKeeper on this machine's loopback address, for a trial on one machine and nothing else: of replicas on several
 * machines each would be master on a ZooKeeper of its own.
 *
 * <p>The first instance that starts runs the server. When the port is already served by a ZooKeeper, the instance
 * joins that one, so several instances on one machine share one election. When the instance that runs the server goes,
 * one that joined it and has the same data directory runs the server on from the same data, on the same port: clients
 * are cut off for about a second and keep their sessions. Any other instance that joined has no ZooKeeper from then on.
 *
 * <p>The data survives the process, so that epochs keep rising over restarts; a few old snapshots are kept.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

    private static final String HOST = "127.0.0.1";

    /** For whoever listens to answer, which takes a loaded ZooKeeper a while, as it writes to its disk first. */
    private static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(3);

    /** For the server of another process, which has the directory already, to listen and to open its first session. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private static final int RETRY_MILLIS = 100;

    private static final int MAX_REFUSALS = 3;

    private final int configuredPort;

    private final @Nullable Path configuredDirectory;

    private @Nullable StandaloneServer server;

    private DataDirectory.@Nullable Lock lock;

    private int refusals;

    private final Thread heir = new Thread(this::inherit, "embedded-zookeeper-heir");

    private volatile boolean closed;

    private EmbeddedZooKeeper(int port, @Nullable Path dataDirectory) {
        this.configuredPort = port;
        this.configuredDirectory = dataDirectory;
        this.heir.setDaemon(true);
    }

    /**
     * Starts a server or joins the one that serves the port, and returns when clients can connect.
     *
     * @param port port on the loopback address; 0 for any free one, which is never joined
     * @param dataDirectory directory of the server's data, created if need be, or null for one in the temporary
     * directory: always the same for this user and port, or with port 0 a new one that {@link #close()} removes
     * @throws EmbeddedZooKeeperException if the port is taken by something that is not a ZooKeeper, or cannot be had;
     * if the directory cannot be read or written, holds anything else, or belongs to another server; if interrupted
     * (the thread stays interrupted)
     */
    public static EmbeddedZooKeeper start(int port, @Nullable Path dataDirectory) {
        EmbeddedZooKeeper zooKeeper = new EmbeddedZooKeeper(port, dataDirectory);
        try {
            zooKeeper.startOrJoin();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new EmbeddedZooKeeperException(
                    "The start of the embedded ZooKeeper was interrupted", "Start again.", ex);
        }
        return zooKeeper;
    }

    private void startOrJoin() throws InterruptedException {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (!joinOrRefuse(end)) {
            DataDirectory directory = DataDirectory.open(this.configuredDirectory, this.configuredPort);
            DataDirectory.Lock free = directory.tryLock(this.configuredPort);
            if (free == null) {
                refuseAnotherServersDirectory(directory, end);
            } else if (host(directory, free)) {
                return;
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /** Looks who listens on the port, and joins a ZooKeeper there; false when nobody listens. */
    private boolean joinOrRefuse(long end) throws InterruptedException {
        if (this.configuredPort == 0) {
            return false;
        }
        Occupant occupant = Occupant.of(address(), HANDSHAKE_PATIENCE);
        while (occupant == Occupant.SOMETHING_ELSE && System.nanoTime() - end < 0 && isStarting()) {
            Thread.sleep(RETRY_MILLIS);
            occupant = Occupant.of(address(), HANDSHAKE_PATIENCE);
        }
        if (occupant == Occupant.SOMETHING_ELSE) {
            throw portRefused("something other than a ZooKeeper listens there", null);
        }
        if (occupant == Occupant.NOBODY) {
            return false;
        }
        logger.warn("Joined the ZooKeeper that serves {}: for a trial on one machine only", connectString());
        this.heir.start();
        return true;
    }

    /** Runs a server in a directory that is ours now; false, and the directory free again, when the port was taken. */
    private synchronized boolean host(DataDirectory directory, DataDirectory.Lock free) throws InterruptedException {
        boolean hosting = false;
        try {
            if (!this.closed) {
                this.server = StandaloneServer.start(address(), directory.path());
                this.lock = free;
                hosting = true;
                logger.warn(
                        "Embedded ZooKeeper on {}, its data in {}: for a trial on one machine only",
                        connectString(),
                        directory.path());
            }
        } catch (BindException ex) {
            // Somebody was quicker, or is only just going; or we may not have that port at all.
            if (++this.refusals >= MAX_REFUSALS) {
                throw portRefused("it cannot be had: " + ex.getMessage(), ex);
            }
        } catch (IOException ex) {
            throw new EmbeddedZooKeeperException(
                    "The embedded ZooKeeper cannot start from the data in " + directory.path()
                            + " (masterlatch.zookeeper.embedded.data-directory): " + ex.getMessage(),
                    "Remove that directory, which holds nothing but the state of a trial, or set"
                            + " masterlatch.zookeeper.embedded.data-directory to another one.",
                    ex);
        } finally {
            if (!hosting) {
                free.close();
            }
        }
        return hosting;
    }

    private void refuseAnotherServersDirectory(DataDirectory directory, long end) {
        // The same port means the same command, started a moment earlier: its server is about to listen.
        Optional<DataDirectory.Holder> other =
                directory.holder().filter(holder -> holder.port() == 0 || holder.port() != this.configuredPort);
        if (other.isPresent() || System.nanoTime() - end > 0) {
            throw new EmbeddedZooKeeperException(
                    "The data directory " + directory.path()
                            + " (masterlatch.zookeeper.embedded.data-directory) is in use by another embedded ZooKeeper"
                            + other.map(holder -> ", on port " + holder.port() + " in process " + holder.pid())
                                    .orElse(""),
                    "Set masterlatch.zookeeper.embedded.port to that one's port to join it, or masterlatch.zookeeper.embedded.data-directory to"
                            + " another directory.",
                    null);
        }
    }

    private EmbeddedZooKeeperException portRefused(String reason, @Nullable Throwable cause) {
        return new EmbeddedZooKeeperException(
                "The embedded ZooKeeper cannot have port " + this.configuredPort + " on " + HOST
                        + " (masterlatch.zookeeper.embedded.port): " + reason,
                "Stop what has that port, set masterlatch.zookeeper.embedded.port to another one, or name a ZooKeeper ensemble with"
                        + " masterlatch.zookeeper.connect-string=host:port,host:port.",
                cause);
    }

    /** Waits for the process that runs the server to go, and runs the server on from the same data. */
    private void inherit() {
        try {
            Optional<DataDirectory> ours = DataDirectory.find(this.configuredDirectory, this.configuredPort);
            if (!heldForThisPort(ours)) {
                return;
            }
            DataDirectory directory = ours.get();
            DataDirectory.Lock free = directory.lock(this.configuredPort);
            while (free != null && !host(directory, free)) {
                Thread.sleep(RETRY_MILLIS);
                if (Occupant.of(address(), HANDSHAKE_PATIENCE) != Occupant.NOBODY) {
                    return;
                }
                free = directory.tryLock(this.configuredPort);
            }
        } catch (InterruptedException ex) {
            // Closed.
            return;
        } catch (EmbeddedZooKeeperException | IOException ex) {
            if (!this.closed) {
                logger.error("Cannot run the embedded ZooKeeper on for the instance that ran it. {}", ex.getMessage());
            }
        }
    }

    /** Whether it is another instance's server that listens and opens no session yet. */
    private boolean isStarting() {
        try {
            return heldForThisPort(DataDirectory.find(this.configuredDirectory, this.configuredPort));
        } catch (IOException ex) {
            return false;
        }
    }

    private boolean heldForThisPort(Optional<DataDirectory> directory) {
        return directory
                .flatMap(DataDirectory::holder)
                .filter(holder -> holder.port() == this.configuredPort)
                .isPresent();
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(HOST, this.configuredPort);
    }

    /** Returns whether the server runs elsewhere than in this object; that changes when this one runs it on. */
    public synchronized boolean joined() {
        return this.server == null;
    }

    /** Returns where clients find the server, {@code 127.0.0.1:port}. */
    public synchronized String connectString() {
        return HOST + ":" + (this.server != null ? this.server.port() : this.configuredPort);
    }

    /**
     * Stops the server, unless it runs elsewhere, and returns when port and directory are free; an interrupt does not
     * cut that short. Clients are better closed before. Closing again does nothing.
     */
    @Override
    public void close() {
        this.closed = true;
        this.heir.interrupt();
        synchronized (this) {
            if (this.server != null) {
                this.server.close();
            }
            if (this.lock != null) {
                this.lock.close();
            }
            this.server = null;
            this.lock = null;
        }
        try {
            this.heir.join(HANDSHAKE_PATIENCE.toMillis());
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
