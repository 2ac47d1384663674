package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A ZooKeeper server in a JVM of its own, with data that outlives its restarts and goes with {@link #close()}. */
public final class ZooKeeperProcess implements AutoCloseable {

    private static final String STANDALONE = "org.apache.zookeeper.server.ZooKeeperServerMain";
    private static final String MEMBER = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final Path directory;
    private final int clientPort = Loopback.freePort();
    // Nothing a test wants to know depends on the disk: what a killed process wrote is kept by the system.
    private final List<String> flags = new ArrayList<>(List.of("-Xmx96m", "-Dzookeeper.forceSync=no"));
    private int securePort;
    private int managementPort;
    private final Map<String, String> configuration = new LinkedHashMap<>();
    private String mainClass = STANDALONE;
    private String classPath = Workplace.classPath();
    private ChildProcess process;

    /** Prepares a standalone server with ZooKeeper's usual tick of two seconds. */
    public ZooKeeperProcess(String name) {
        directory = Workplace.directory(name);
        with("dataDir", directory.resolve("data"));
        with("clientPort", clientPort);
        with("clientPortAddress", Loopback.HOST);
        with("admin.enableServer", false);
        with("maxClientCnxns", 0);
        tickTime(Duration.ofSeconds(2));
    }

    /** Sets the tick: sessions last between two and twenty of them. */
    public ZooKeeperProcess tickTime(Duration tick) {
        return with("tickTime", tick.toMillis());
    }

    /** Sets a line of zoo.cfg, from the next start on. */
    public ZooKeeperProcess with(String key, Object value) {
        configuration.put(key, value.toString());
        return this;
    }

    /** Adds flags of the JVM, from the next start on. */
    public ZooKeeperProcess jvm(String... more) {
        flags.addAll(List.of(more));
        return this;
    }

    /** Opens it to {@link #terminateSession}. */
    public ZooKeeperProcess manageable() {
        managementPort = Loopback.freePort();
        return jvm(ZooKeeperBeans.flags(managementPort));
    }

    /** Sets another class path than the one of the tests, such as that of another release. */
    public ZooKeeperProcess classPath(String path) {
        classPath = path;
        return this;
    }

    /**
     * Has it speak TLS on another port, and ask clients for a certificate or not: {@code need}, {@code want} or
     * {@code none}.
     */
    public ZooKeeperProcess tls(CertificateAuthority authority, Path keyStore, String clientAuth) {
        securePort = Loopback.freePort();
        with("secureClientPort", securePort);
        with("secureClientPortAddress", Loopback.HOST);
        with("serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory");
        with("ssl.keyStore.location", keyStore);
        with("ssl.keyStore.password", CertificateAuthority.PASSWORD);
        with("ssl.trustStore.location", authority.trustStore());
        with("ssl.trustStore.password", CertificateAuthority.PASSWORD);
        return with("ssl.clientAuth", clientAuth);
    }

    /** Makes it the member of an ensemble with this number. */
    ZooKeeperProcess member(int number) {
        mainClass = MEMBER;
        write(directory.resolve("data").resolve("myid"), Integer.toString(number));
        return this;
    }

    /** Starts the server on whatever data it has. */
    public ZooKeeperProcess start() {
        if (isAlive()) {
            throw new IllegalStateException("already running: " + this);
        }
        Path file = directory.resolve("zoo.cfg");
        write(
                file,
                configuration.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        process = ChildProcess.start(
                new ProcessBuilder(Workplace.java(classPath, mainClass, "WARN", flags, file.toString())),
                directory.resolve("log.txt"));
        return this;
    }

    /** Waits until the server serves clients, in an ensemble as one of a quorum. */
    public ZooKeeperProcess awaitServing() {
        await("serving: " + this)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(() -> {
                    if (!isAlive()) {
                        throw new AssertionError(this + " has ended:\n" + log());
                    }
                    return !mode().isEmpty();
                });
        return this;
    }

    /** Returns what the server calls itself: standalone, leader, follower, or nothing while it does not serve. */
    public String mode() {
        return said("Mode: ");
    }

    /**
     * Returns the version that the server says it is, with the revision it was built from; nothing while it does not
     * serve.
     */
    public String version() {
        return said("Zookeeper version: ");
    }

    private String said(String key) {
        return fourLetterWord("srvr")
                .lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .findFirst()
                .orElse("");
    }

    /** Returns the answer to a four-letter word, empty when there is none within a second. */
    public String fourLetterWord(String word) {
        try (Socket socket = new Socket()) {
            socket.connect(Loopback.socketAddress(clientPort), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write(word.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        process.kill();
    }

    /** Sends SIGTERM and waits for the end. */
    public void stop() {
        process.terminate();
        process.awaitExit(PATIENCE);
    }

    /** Ends a session that is connected, as an operator does with the operation terminateSession of its bean. */
    public void terminateSession(long session) {
        ZooKeeperBeans.terminateSession(managementPort, session);
    }

    /** Kills the server and deletes all that it has stored. */
    public void wipe() {
        kill();
        Workplace.delete(directory.resolve("data").resolve("version-2"));
    }

    /** Stops the server in its tracks (SIGSTOP). */
    public void pause() {
        process.freeze();
    }

    /** Lets a paused server go on (SIGCONT). */
    public void resume() {
        process.thaw();
    }

    /** Returns where the server keeps its data. */
    public Path data() {
        return directory.resolve("data");
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    public int clientPort() {
        return clientPort;
    }

    public String connectString() {
        return Loopback.address(clientPort);
    }

    /** Returns where the server speaks TLS. */
    public String secureConnectString() {
        return Loopback.address(securePort);
    }

    /** Returns what the server has logged, over all its starts. */
    public String log() {
        return process == null ? "" : process.output();
    }

    /** Kills the server and deletes its data; the log stays. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        Workplace.delete(directory.resolve("data"));
    }

    @Override
    public String toString() {
        return "ZooKeeper server on " + connectString() + " in " + directory;
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
