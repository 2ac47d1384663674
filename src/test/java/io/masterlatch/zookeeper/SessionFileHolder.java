package io.masterlatch.zookeeper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** A process that has a session with an ephemeral node, recorded in a session file, until it is killed. */
final class SessionFileHolder implements AutoCloseable {

    private final Process process;

    private SessionFileHolder(Process process) {
        this.process = process;
    }

    /** The process. */
    public static void main(String[] args) throws Exception {
        SessionFile file = SessionFile.open(Path.of(args[0]));
        ZooKeeper handle = new Client(args[1]).handle();
        file.record(
                args[1],
                null,
                handle.getSessionId(),
                handle.getSessionPasswd(),
                Duration.ofMillis(handle.getSessionTimeout()));
        handle.create(args[2], new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        System.out.println("recorded");
        while (System.in.read() >= 0) {
            // until the test ends
        }
    }

    static SessionFileHolder start(Path file, String connectString, String node) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SessionFileHolder.class.getName(),
                        file.toString(),
                        connectString,
                        node))
                .redirectErrorStream(true)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals("recorded")) {
                return new SessionFileHolder(process);
            }
            all.append(line).append('\n');
        }
        throw new IllegalStateException("The process ended: " + all);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
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
