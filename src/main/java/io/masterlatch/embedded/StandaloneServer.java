package io.masterlatch.embedded;

import io.masterlatch.latch.Threads;
import java.io.File;
import java.io.IOException;
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
 * <p>It runs ZooKeeper's own main class, as {@code ZooKeeperServerEmbedded} does. That class detects a failed start
 * only by a timeout, does not return when the data cannot be read, leaves a configuration file behind at each start and
 * never stops its purge timer.
 */
final class StandaloneServer extends ZooKeeperServerMain {

    private static final Logger logger = LoggerFactory.getLogger(StandaloneServer.class);

    /** The smallest number that ZooKeeper allows. */
    private static final int SNAPSHOTS_KEPT = 3;

    private static final int PURGE_HOURS = 1;

    private final CompletableFuture<@Nullable Void> serving = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final DatadirCleanupManager purge;
    private volatile boolean closing;

    private StandaloneServer(ServerConfig config) {
        File data = config.getDataDir();
        this.purge = new DatadirCleanupManager(data, data, SNAPSHOTS_KEPT, PURGE_HOURS);
        Threads.named("embedded-zookeeper").newThread(() -> run(config)).start();
    }

    /**
     * Starts a server and returns when it serves clients.
     *
     * @param port where to listen on the loopback address; with 0 the system chooses
     * @param data an absolute directory for snapshots and logs
     * @throws java.net.BindException if it cannot listen there
     * @throws IOException if the data can be neither read nor written
     * @throws InterruptedException if interrupted; nothing is left running then
     */
    static StandaloneServer start(int port, Path data) throws IOException, InterruptedException {
        // By default ZooKeeper ends the JVM when it cannot write a snapshot.
        ServiceUtils.setSystemExitProcedure(ServiceUtils.LOG_ONLY);
        StandaloneServer server = new StandaloneServer(configuration(port, data));
        try {
            CompletableFuture.anyOf(server.serving, server.ended).get();
        } catch (ExecutionException ex) {
            throw ex.getCause() instanceof IOException cause ? cause : new IOException(ex.getCause());
        } catch (InterruptedException ex) {
            server.close();
            throw ex;
        }
        server.purge.start();
        return server;
    }

    private static ServerConfig configuration(int port, Path data) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("dataDir", data.toString());
        properties.setProperty("clientPortAddress", "127.0.0.1");
        properties.setProperty("clientPort", String.valueOf(port));
        properties.setProperty("tickTime", "2000");
        properties.setProperty("maxClientCnxns", "0");
        // ZooKeeper copies the following ones to its system properties.
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", "srvr");
        // Logs begin with 1 MB instead of 64, and a snapshot is taken after a tenth of the usual 100 000 changes.
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
        Throwable failure = null;
        try {
            runFromConfig(config);
        } catch (Throwable ex) {
            failure = ex;
            // A server that fails to start does not stop its threads.
            shutdown();
        }
        if (serving.isDone() && !closing) {
            logger.error("The embedded ZooKeeper has failed, and with it the election", failure);
        }
        ended.completeExceptionally(failure != null ? failure : new IOException("it has stopped"));
    }

    @Override
    protected void serverStarted() {
        serving.complete(null);
    }

    /** Stops the server and returns when port and files are free. An interrupt does not shorten that. */
    @Override
    public void close() {
        closing = true;
        purge.shutdown();
        // A starting server can be stopped only after it is up or has failed.
        CompletableFuture.anyOf(serving, ended).exceptionally(failure -> null).join();
        super.close();
        ended.exceptionally(failure -> null).join();
    }
}
