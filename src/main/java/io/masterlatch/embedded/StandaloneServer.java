package io.masterlatch.embedded;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.util.ServiceUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ZooKeeper server in this process.
 *
 * <p>It runs ZooKeeper's own main class, as {@code ZooKeeperServerEmbedded} does, and not that one, because that one
 * knows a failed start only by a timeout, never returns at all when the data cannot be read, leaves a configuration
 * file behind at each start and never stops its purge timer.
 */
final class StandaloneServer implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(StandaloneServer.class);

    /** The fewest that ZooKeeper allows. */
    private static final int SNAPSHOTS_KEPT = 3;

    private static final int PURGE_HOURS = 1;

    private final Main main = new Main();

    private final DatadirCleanupManager purge;

    private final Thread thread;

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    private volatile boolean closing;

    private StandaloneServer(ServerConfig config) {
        File data = config.getDataDir();
        this.purge = new DatadirCleanupManager(data, data, SNAPSHOTS_KEPT, PURGE_HOURS);
        this.thread = new Thread(() -> run(config), "embedded-zookeeper");
        this.thread.setDaemon(true);
    }

    /**
     * Starts a server and returns when it serves clients.
     *
     * @param address where to listen; with port 0 the system chooses
     * @param data an absolute directory for snapshots and logs
     * @throws java.net.BindException if it cannot listen there
     * @throws IOException if the data can be neither read nor written
     * @throws InterruptedException if interrupted; nothing is left running then
     */
    static StandaloneServer start(InetSocketAddress address, Path data) throws IOException, InterruptedException {
        // Left alone, ZooKeeper ends the JVM when it cannot write a snapshot.
        ServiceUtils.setSystemExitProcedure(ServiceUtils.LOG_ONLY);
        StandaloneServer server = new StandaloneServer(configuration(address, data));
        server.thread.start();
        try {
            server.main.listening.get();
        } catch (ExecutionException ex) {
            server.stop();
            if (ex.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(ex.getCause());
        } catch (InterruptedException ex) {
            server.stop();
            throw ex;
        }
        server.purge.start();
        return server;
    }

    private static ServerConfig configuration(InetSocketAddress address, Path data) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("dataDir", data.toString());
        properties.setProperty("clientPortAddress", address.getHostString());
        properties.setProperty("clientPort", String.valueOf(address.getPort()));
        properties.setProperty("tickTime", "2000");
        properties.setProperty("maxClientCnxns", "0");
        // ZooKeeper turns what follows into system properties of its own.
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", "srvr");
        // Logs that begin with 1 MB instead of 64, and a snapshot at a tenth of the usual 100 000 changes.
        properties.setProperty("preAllocSize", "1024");
        properties.setProperty("snapCount", "10000");
        try {
            QuorumPeerConfig parsed = new QuorumPeerConfig();
            parsed.parseProperties(properties);
            ServerConfig config = new ServerConfig();
            config.readFrom(parsed);
            return config;
        } catch (ConfigException ex) {
            throw new IOException(ex);
        }
    }

    private void run(ServerConfig config) {
        Throwable end = null;
        try {
            this.main.runFromConfig(config);
        } catch (Throwable ex) {
            end = ex;
            // A server that failed on its way up stops none of the threads that it had started.
            this.main.shutdown();
        }
        boolean wasUp =
                !this.main.listening.completeExceptionally(end != null ? end : new IOException("It has stopped"));
        if (wasUp && !this.closing) {
            logger.error(
                    "The embedded ZooKeeper has stopped by itself, and with it the election; cause: {}",
                    String.valueOf(end));
        }
        this.ended.complete(null);
    }

    /** Returns the port that it really listens on. */
    int port() {
        return this.main.listening.join();
    }

    /**
     * Stops the server and returns when port and files are free; an interrupt does not cut that short. The last of its
     * threads, which tracks sessions, ends with the tick that it waits for.
     */
    @Override
    public void close() {
        this.purge.shutdown();
        stop();
    }

    private void stop() {
        this.closing = true;
        // A server on its way up cannot be stopped before it is up or has failed.
        this.main.listening.exceptionally(failure -> -1).join();
        this.main.close();
        this.ended.join();
    }

    private static final class Main extends ZooKeeperServerMain {

        private final CompletableFuture<Integer> listening = new CompletableFuture<>();

        @Override
        protected void serverStarted() {
            this.listening.complete(getClientPort());
        }

        @Override
        protected void shutdown() {
            super.shutdown();
        }
    }
}
