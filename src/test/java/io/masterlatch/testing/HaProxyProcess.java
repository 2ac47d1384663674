package io.masterlatch.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real HAProxy with the configuration that this project ships, on other ports. */
public final class HaProxyProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path CONFIGURATION = Path.of("deploy", "haproxy", "haproxy.cfg");
    private static final String FRONTEND = "127.0.0.1:8000";
    private static final String SERVER = "server replica%d 127.0.0.1:%d check";

    private final int port = Loopback.freePort();
    private final ChildProcess process;

    private HaProxyProcess(Path program, List<ServiceProcess> instances) {
        Path directory = Workplace.directory("haproxy");
        Path file = directory.resolve("haproxy.cfg");
        try {
            Files.writeString(file, configuration(instances));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = ChildProcess.start(
                new ProcessBuilder(program.toString(), "-db", "-f", file.toString()), directory.resolve("log.txt"));
    }

    /** Starts it in front of these instances, and waits until it can be reached. */
    public static HaProxyProcess start(Path program, List<ServiceProcess> instances) {
        HaProxyProcess started = new HaProxyProcess(program, instances);
        await("HAProxy listens")
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(started::listens);
        return started;
    }

    /** Finds the program where Debian and others install it. */
    public static Optional<Path> program() {
        return Stream.of("/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/usr/bin/haproxy", "/usr/local/bin/haproxy")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    public int port() {
        return port;
    }

    /** Returns everything that it has printed. */
    public String log() {
        return process.output();
    }

    /** Kills it; the log stays. */
    @Override
    public void close() {
        process.close();
    }

    /** The shipped one, with nothing but the ports replaced, and the servers left out that are not there. */
    private String configuration(List<ServiceProcess> instances) throws IOException {
        String text = replaced(Files.readString(CONFIGURATION), FRONTEND, Loopback.address(port));
        for (int number = 1; number <= 3; number++) {
            String server = SERVER.formatted(number, 8079 + number);
            text = number <= instances.size()
                    ? replaced(
                            text,
                            server,
                            SERVER.formatted(number, instances.get(number - 1).port()))
                    : replaced(text, server, "");
        }
        return text;
    }

    private static String replaced(String text, String old, String with) {
        if (!text.contains(old)) {
            throw new AssertionError(CONFIGURATION + " has no " + old);
        }
        return text.replace(old, with);
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new AssertionError("HAProxy has ended:\n" + log());
        }
        try (Socket socket = new Socket()) {
            socket.connect(Loopback.socketAddress(port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
