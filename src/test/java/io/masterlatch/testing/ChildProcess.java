package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A process that a test started: its output goes to a file, signals reach it, and it never outlives the test's JVM. */
final class ChildProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(5);
    private static final Set<Process> running = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the process, with what it prints appended to the log. */
    static ChildProcess start(ProcessBuilder builder, Path log) {
        try {
            Files.createDirectories(log.getParent());
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            running.add(process);
            process.onExit().thenAccept(running::remove);
            return new ChildProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the {@code java} of this JDK in a directory, where its log stays, and waits until it ends well. */
    static void runJava(Path javaHome, Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Workplace.executable(javaHome)));
        command.addAll(arguments);
        try (ChildProcess process =
                start(new ProcessBuilder(command).directory(directory.toFile()), directory.resolve("log.txt"))) {
            int code = process.awaitExit(LONG_PATIENCE);
            if (code != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + code + ":\n" + process.output());
            }
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    /** Returns what the process has printed so far. */
    String output() {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM and does not wait. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL, which reaches a frozen process too, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitExit(PATIENCE);
    }

    /** Sends SIGSTOP, and waits until the process is stopped, where the system reports that. */
    void freeze() {
        signal("STOP");
        await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> state() == 'T' || state() == '?');
    }

    /** Sends SIGCONT. */
    void thaw() {
        signal("CONT");
    }

    /** Waits for the end of the process and returns its exit code. */
    int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("process " + pid() + " has not ended after " + patience + ", see " + log);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid() + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private char state() throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid()), "stat");
        if (!Files.exists(stat)) {
            return '?';
        }
        String line = Files.readString(stat);
        return line.charAt(line.lastIndexOf(')') + 2);
    }
}
