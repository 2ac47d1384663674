package io.masterlatch.bench;

import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;

/** From SIGKILL of the master to the other's answer over HTTP that it is, with the built jar and what follows on the kill. */
final class SupervisedCrash {

    private static final String COMMAND = "BOOT-INF/classes/io/masterlatch/ReleaseCommand.class";

    /** What follows on the kill. */
    enum Way {
        /** Nothing. */
        ALONE("MasterLatch jar, over HTTP", false),
        /** The command that closes the session left behind. */
        RELEASED("MasterLatch jar with a session file, `release` run at once", true),
        /** Another start of the same instance. */
        RESTARTED("MasterLatch jar with a session file, started again at once", true);

        private final String title;
        private final boolean keepsSession;

        Way(String title, boolean keepsSession) {
            this.title = title;
            this.keepsSession = keepsSession;
        }

        String title() {
            return title;
        }

        boolean isAvailable() throws IOException {
            try (JarFile jar = new JarFile(jar())) {
                return !keepsSession || jar.getEntry(COMMAND) != null;
            }
        }
    }

    private SupervisedCrash() {}

    private static String jar() {
        return System.getProperty("masterlatch.jar");
    }

    static Samples measure(Report report, Servers servers, Way way, Duration session, int rounds) throws Exception {
        Samples samples = new Samples();
        Path directory = Files.createTempDirectory("masterlatch-bench");
        Path fileA = directory.resolve("a");
        Path fileB = directory.resolve("b");
        try (ServiceProcess a = service(servers, "a", way, fileA, session);
                ServiceProcess b = service(servers, "b", way, fileB, session);
                MasterHistory history = new MasterHistory()) {
            a.awaitUp();
            b.awaitUp();
            history.watch(a, b);
            for (int round = 0; round < rounds; round++) {
                report.progress("kill %d of \"%s\"", round + 1, way.title());
                ServiceProcess master = awaitMaster(a, b);
                ServiceProcess other = master == a ? b : a;
                other.awaitRole("STANDBY");
                Thread.sleep((long) (1_500 + Math.random() * session.toMillis() / 3));
                long killed = System.nanoTime();
                master.kill();
                if (way == Way.RELEASED) {
                    release(master == a ? fileA : fileB);
                } else if (way == Way.RESTARTED) {
                    master.restart();
                }
                samples.add((awaitAnyMaster(history, killed) - killed) / 1e9);
                if (way != Way.RESTARTED) {
                    master.restart();
                }
                master.awaitUp();
            }
        }
        return samples;
    }

    private static ServiceProcess service(Servers servers, String name, Way way, Path file, Duration session) {
        var builder = ServiceProcess.named(name)
                .packed()
                .loopbackAddress()
                .property("zookeeper.connect-string", servers.connectString())
                .property("zookeeper.session-timeout", session.toMillis() + "ms");
        return (way.keepsSession ? builder.property("master.session-file", file) : builder).start();
    }

    private static void release(Path file) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command =
                List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", jar(), "release", file.toString());
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static ServiceProcess awaitMaster(ServiceProcess a, ServiceProcess b) throws InterruptedException {
        while (true) {
            for (ServiceProcess service : List.of(a, b)) {
                if (service.role().equals("MASTER")) {
                    return service;
                }
            }
            Thread.sleep(20);
        }
    }

    private static long awaitAnyMaster(MasterHistory history, long after) throws InterruptedException {
        while (true) {
            for (MasterHistory.Answer answer : history.answers()) {
                // Asked after the kill, so that it is not an answer of the one killed.
                if (answer.sent() - after > 0 && answer.role().equals("MASTER")) {
                    return answer.received();
                }
            }
            Thread.sleep(5);
        }
    }
}
