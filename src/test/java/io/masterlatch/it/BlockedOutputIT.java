package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An instance whose output nothing reads any more, as behind a stuck collector of logs. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "opens a FIFO for reading and writing, which only Linux allows")
class BlockedOutputIT {

    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern DISCARDED =
            Pattern.compile("[1-9][0-9]* lines were discarded while stdout was blocked");

    @TempDir
    private Path directory;

    @Test
    void theMasterStaysMasterAndStops() throws Exception {
        Path fifo = directory.resolve("stdout");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        try (LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(2)).start();
                ServiceProcess blocked = Replicas.instance("blocked", zooKeeper.connectString(), SESSION, LEASE)
                        // Held open for reading as well, so that it fills instead of breaking.
                        .under("/bin/sh", "-c", "exec \"$@\" 1<>\"$0\" 2>&1", fifo.toString())
                        .property("logging.level.root", "debug")
                        .start()
                        .awaitUp()
                        .awaitRole("MASTER")) {
            long epoch = blocked.epoch();
            try (ServiceProcess next = Replicas.instance("next", zooKeeper.connectString(), SESSION, LEASE)
                            .start()
                            .awaitUp()
                            .awaitRole("STANDBY");
                    MasterHistory history = new MasterHistory().watch(blocked, next)) {
                // Each request is a few lines; by then there were more than a megabyte of them.
                long began = System.nanoTime();
                for (int request = 0; request < 6_000; request++) {
                    assertThat(blocked.get("/role/master").statusCode()).isEqualTo(200);
                }
                await().atMost(PATIENCE)
                        .until(() -> System.nanoTime() - began
                                > LEASE.multipliedBy(5).toNanos());
                assertThat(blocked.role()).isEqualTo("MASTER");
                assertThat(blocked.epoch()).isEqualTo(epoch);

                Path read = directory.resolve("read");
                Process reader = new ProcessBuilder("cat", fifo.toString())
                        .redirectOutput(read.toFile())
                        .start();
                try {
                    await().atMost(PATIENCE).until(() -> reports(read));
                } finally {
                    reader.destroyForcibly().waitFor();
                }
                for (int request = 0; request < 3_000; request++) {
                    blocked.get("/role/master");
                }

                long asked = System.nanoTime();
                blocked.terminate();
                next.awaitRole("MASTER");
                Duration followed = Duration.ofNanos(System.nanoTime() - asked);
                assertThat(blocked.exitCode()).isEqualTo(143);
                Duration ended = Duration.ofNanos(System.nanoTime() - asked);

                System.out.println("BlockedOutputIT: from SIGTERM to the next master " + followed.toMillis()
                        + " ms, to the end of the process " + ended.toMillis() + " ms");
                assertThat(followed).isLessThan(PATIENCE);
                assertThat(ended).isLessThan(PATIENCE);
                assertThat(history.report().violations()).isEmpty();
                assertThat(next.get("/master/history").body()).contains("released");
            }
        }
    }

    private static boolean reports(Path output) throws IOException {
        return DISCARDED
                .matcher(Files.readString(output, java.nio.charset.StandardCharsets.ISO_8859_1))
                .find();
    }
}
