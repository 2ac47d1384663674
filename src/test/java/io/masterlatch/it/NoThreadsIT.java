package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An instance that gets no more threads at the moment at which its session has to be replaced. */
class NoThreadsIT {

    private static final String USER = "61234";
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    @TempDir
    private Path directory;

    @Test
    void saysSoAndComesBackWhenThereAreThreadsAgain() throws Exception {
        withoutThreads(instance -> {});
    }

    /** After a minute of that only a new process seems to help. */
    @Test
    @Tag("nightly")
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void isNotAliveWhenThatLasts() throws Exception {
        withoutThreads(instance -> {
            long began = System.nanoTime();
            await().atMost(PATIENCE).until(() -> liveness(instance) == 503);
            System.out.println("NoThreadsIT: liveness is DOWN "
                    + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s after the first reason");
            assertThat(instance.get("/actuator/health/liveness").body()).contains("no ZooKeeper client could be made");
        });
    }

    private void withoutThreads(Consumer<ServiceProcess> meanwhile) throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "NoThreadsIT is skipped: only root can start a process as another user and limit its threads");
        for (String program : new String[] {"setpriv", "prlimit"}) {
            assumeTrue(
                    run("which", program) == 0,
                    "NoThreadsIT is skipped: " + program + " is missing (Debian's util-linux has it)");
        }
        // The other user has to get through to it.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (LocalZooKeeper server = new LocalZooKeeper(Duration.ofSeconds(1)).start();
                ServiceProcess instance = Replicas.instance("threads", server.connectString(), Duration.ofSeconds(10))
                        .under("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups")
                        .packed()
                        .workingDirectory(directory)
                        .jvm("-Djava.io.tmpdir=" + directory)
                        .start()
                        .awaitUp()
                        .awaitRole("MASTER")) {
            long session = Long.parseUnsignedLong(
                    health(instance).path("details").path("session").asString().substring(2), 16);

            limit(instance, "1");
            server.expire(session);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(health(instance)
                                    .path("details")
                                    .path("problem")
                                    .asString(""))
                            .contains("no connection to ZooKeeper")
                            .contains("the ZooKeeper client cannot be made: java.lang.OutOfMemoryError"));
            assertThat(health(instance).path("status").asString()).isEqualTo("DOWN");
            assertThat(instance.get("/master").statusCode()).isEqualTo(503);
            assertThat(liveness(instance)).as("one that may still recover").isEqualTo(200);
            meanwhile.accept(instance);

            limit(instance, "4000");

            instance.awaitRole("MASTER");
            assertThat(liveness(instance)).isEqualTo(200);
            assertThat(instance.log().lines().filter(line -> line.contains("cannot be made")))
                    .as("one line a minute")
                    .hasSizeBetween(1, 4);
        }
    }

    private static int liveness(ServiceProcess instance) {
        return instance.get("/actuator/health/liveness").statusCode();
    }

    private static JsonNode health(ServiceProcess instance) {
        return new JsonMapper().readTree(instance.get("/actuator/health/master").body());
    }

    private static void limit(ServiceProcess instance, String threads) throws IOException, InterruptedException {
        // As that user, which may do so without a capability; the hard limit stays.
        assertThat(run(
                        "setpriv",
                        "--reuid=" + USER,
                        "--regid=" + USER,
                        "--clear-groups",
                        "prlimit",
                        "--pid=" + instance.pid(),
                        "--nproc=" + threads + ":"))
                .isZero();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
