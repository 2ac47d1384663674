package io.masterlatch.embedded;

import io.masterlatch.latch.Threads;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * A ZooKeeper server on the loopback address, only for a trial on one machine: replicas on several machines would each
 * be master on a ZooKeeper of their own.
 *
 * <p>The process that holds the lock of the data directory runs the server, and other processes connect to its port.
 * When that process ends, one of the others gets the lock and continues the server with the same data on the same port.
 * Clients lose the connection for about a second and keep their sessions. An instance can also use a ZooKeeper with
 * data elsewhere, which it cannot continue.
 *
 * <p>The data outlasts the process, so that epochs keep rising over restarts.
 */
final class EmbeddedZooKeeper implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

    /** How long the server of the process that holds the lock may take to serve clients. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(10);

    private static final int RETRY_MILLIS = 100;

    /** How long a port may be in use, by a process that ends or one that starts at the same time. */
    private static final int MAX_REFUSALS = 3;

    private final int port;
    private final DataDirectory directory;
    private final ScheduledExecutorService successor =
            Executors.newSingleThreadScheduledExecutor(Threads.named("embedded-zookeeper-successor"));
    private @Nullable StandaloneServer server;
    private int refusals;

    private EmbeddedZooKeeper(int port, DataDirectory directory) {
        this.port = port;
        this.directory = directory;
    }

    /**
     * Starts a server, or joins the one that serves the port. Returns when clients can connect.
     *
     * @param port port on the loopback address; 0 for any free one, which is never joined
     * @param dataDirectory directory of the server's data, created if need be, or null for one in the temporary
     * directory: always the same for this user and port, or with port 0 a new one that {@link #close()} removes
     * @throws FailureAnalyzedException if the port or the directory cannot be used; if interrupted (the thread stays
     * interrupted)
     */
    static EmbeddedZooKeeper start(int port, @Nullable Path dataDirectory) {
        EmbeddedZooKeeper zooKeeper = new EmbeddedZooKeeper(port, DataDirectory.open(dataDirectory, port));
        try {
            zooKeeper.start();
            return zooKeeper;
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new FailureAnalyzedException(
                    "The start of the embedded ZooKeeper was interrupted.", "Start again.", ex);
        }
    }

    private void start() throws InterruptedException {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            PortProbe probe = port == 0 ? PortProbe.NO_ZOOKEEPER : PortProbe.of(port);
            if (probe == PortProbe.SERVING) {
                logger.warn("Joined the ZooKeeper that serves {}: for a trial on one machine only", connectString());
                successor.scheduleWithFixedDelay(this::runOn, 0, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
            boolean late = port == 0 || System.nanoTime() - end > 0;
            if (probe == PortProbe.STARTING) {
                if (late) {
                    throw portRefused("a ZooKeeper listens there and does not serve clients", null);
                }
            } else if (directory.tryLock()) {
                if (run()) {
                    return;
                }
            } else if (late) {
                throw new FailureAnalyzedException(
                        ("The data directory %s (masterlatch.zookeeper.embedded.data-directory) is in use by another"
                                        + " embedded ZooKeeper, on another port than %d.")
                                .formatted(directory.path(), port),
                        "Set masterlatch.zookeeper.embedded.port to the port of that one to join it, or"
                                + " masterlatch.zookeeper.embedded.data-directory to another directory.");
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /** Runs the server from the locked directory. If the port is in use, unlocks it and returns false. */
    private synchronized boolean run() throws InterruptedException {
        try {
            server = StandaloneServer.start(port, directory.path());
            logger.warn(
                    "Embedded ZooKeeper on {}, its data in {}: for a trial on one machine only",
                    connectString(),
                    directory.path());
            return true;
        } catch (BindException ex) {
            if (++refusals == MAX_REFUSALS) {
                throw portRefused("no ZooKeeper answers there, and a server cannot listen: " + ex.getMessage(), ex);
            }
            return false;
        } catch (IOException ex) {
            throw new FailureAnalyzedException(
                    ("The embedded ZooKeeper cannot start from the data in %s"
                                    + " (masterlatch.zookeeper.embedded.data-directory): %s.")
                            .formatted(directory.path(), ex.getMessage()),
                    "Remove that directory, which contains only the state of a trial, or set"
                            + " masterlatch.zookeeper.embedded.data-directory to another one.",
                    ex);
        } finally {
            if (server == null) {
                directory.unlock();
            }
        }
    }

    private FailureAnalyzedException portRefused(String reason, @Nullable Throwable cause) {
        return new FailureAnalyzedException(
                "The embedded ZooKeeper cannot have port %d on 127.0.0.1 (masterlatch.zookeeper.embedded.port): %s."
                        .formatted(port, reason),
                "Stop the process on that port, set masterlatch.zookeeper.embedded.port to another one, or name a ZooKeeper"
                        + " ensemble with masterlatch.zookeeper.connect-string=host:port,host:port.",
                cause);
    }

    /** Continues the server as soon as the process that ran it has ended. */
    private synchronized void runOn() {
        try {
            if (successor.isShutdown() || !directory.tryLock()) {
                return;
            }
            if (PortProbe.of(port) == PortProbe.SERVING) {
                directory.unlock();
                successor.shutdown();
                logger.warn(
                        "The data of the ZooKeeper that serves {} is not in {}: this"
                                + " instance cannot continue that server",
                        connectString(),
                        directory.path());
            } else if (run()) {
                successor.shutdown();
            }
        } catch (InterruptedException ex) {
            // Closed.
            Thread.currentThread().interrupt();
        } catch (RuntimeException ex) {
            logger.error("Cannot continue the embedded ZooKeeper after the process that ran it: {}", ex.getMessage());
            successor.shutdown();
        }
    }

    /** Returns the address of the server for clients, {@code 127.0.0.1:port}. */
    synchronized String connectString() {
        return "127.0.0.1:" + (server != null ? server.getClientPort() : port);
    }

    /**
     * Stops the server, unless it runs elsewhere, and returns when port and directory are free. Clients are better
     * closed before. Closing again does nothing.
     */
    @Override
    public void close() {
        successor.shutdownNow();
        synchronized (this) {
            if (server != null) {
                server.close();
                directory.unlock();
                server = null;
            }
        }
    }
}
