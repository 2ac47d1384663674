package io.masterlatch.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An embedded ZooKeeper in a process of its own, which ends with the one that started it. */
final class EmbeddedZooKeeperProcess implements AutoCloseable {

    private final Process process;

    private final String connectString;

    private EmbeddedZooKeeperProcess(Process process, String connectString) {
        this.process = process;
        this.connectString = connectString;
    }

    /** The process: prints the connect string, and closes when its input ends. */
    public static void main(String[] args) throws IOException {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(Integer.parseInt(args[0]), Path.of(args[1]))) {
            System.out.println("connectString=" + zooKeeper.connectString());
            while (System.in.read() >= 0) {
                // Until the end.
            }
        }
    }

    static EmbeddedZooKeeperProcess start(int port, Path directory) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedZooKeeperProcess.class.getName(),
                        String.valueOf(port),
                        directory.toString()))
                .redirectErrorStream(true)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        String line;
        while ((line = out.readLine()) != null) {
            if (line.startsWith("connectString=")) {
                drain(out);
                return new EmbeddedZooKeeperProcess(process, line.substring("connectString=".length()));
            }
            all.append(line).append('\n');
        }
        throw new IllegalStateException("The process ended: " + all);
    }

    private static void drain(BufferedReader out) {
        Thread thread = new Thread(() -> {
            try {
                while (out.readLine() != null) {
                    // A full pipe would stop the process.
                }
            } catch (IOException ex) {
                // Gone.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    String connectString() {
        return this.connectString;
    }

    long pid() {
        return this.process.pid();
    }

    /** Ends it as SIGKILL does. */
    void kill() throws InterruptedException {
        this.process.destroyForcibly().waitFor();
    }

    /** Lets it close and end. */
    void end() throws InterruptedException {
        try {
            this.process.getOutputStream().close();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The process does not end");
        }
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
