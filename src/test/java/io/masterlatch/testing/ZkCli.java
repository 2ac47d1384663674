package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * ZooKeeper's own command line in a process, fed line by line: a legitimate candidate that is not ours.
 *
 * <p>Without jline on the class path it reads plain lines and prints no prompt.
 */
public final class ZkCli implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildProcess process;
    private int mark;

    private ZkCli(ChildProcess process) {
        this.process = process;
    }

    /** Connects with a session of 30 seconds, and waits for the connection. */
    public static ZkCli connect(String connectString) {
        List<String> command = Workplace.java(
                "org.apache.zookeeper.ZooKeeperMain",
                "OFF",
                List.of("-Xmx48m"),
                "-server",
                connectString,
                "-timeout",
                "30000",
                "-waitforconnection");
        Path directory = Workplace.directory("zkCli");
        ZkCli cli = new ZkCli(ChildProcess.start(
                new ProcessBuilder(command).directory(directory.toFile()), directory.resolve("transcript.txt")));
        cli.awaitOutput("state:SyncConnected");
        return cli;
    }

    /** Sends one command; the next waiting sees only what is printed from now on. */
    public ZkCli send(String command) {
        mark = process.output().length();
        try {
            process.input().write((command + "\n").getBytes(UTF_8));
            process.input().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the text has been printed since the last command, and returns everything printed since. */
    public String awaitOutput(String text) {
        return awaitOutput(text, PATIENCE);
    }

    /** Waits so long until the text has been printed since the last command, and returns everything printed since. */
    public String awaitOutput(String text, Duration patience) {
        return await("zkCli prints " + text)
                .pollInterval(Duration.ofMillis(5))
                .atMost(patience)
                .until(() -> process.output().substring(mark), output -> output.contains(text));
    }

    /** Returns everything that was printed. */
    public String transcript() {
        return process.output();
    }

    /** Quits as a person would, which closes the session. */
    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                send("quit");
                process.awaitExit(Duration.ofSeconds(5));
            }
        } catch (UncheckedIOException | AssertionError e) {
            // it is killed below
        } finally {
            process.close();
        }
    }
}
