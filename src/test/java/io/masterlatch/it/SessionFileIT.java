package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.HistoryReport.Tenure;
import io.masterlatch.testing.JarCommand;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Instances of the jar with sessions of 10 s, and how long there is no master when it is killed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionFileIT {

    private static final Duration SESSION = Duration.ofSeconds(10);

    // The aim is 1.5 s; the rest is for a machine with other things to do.
    private static final Duration SOON = Duration.ofMillis(4500);
    private static final int ROUNDS = 3;

    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("session-file");

    private Path files;
    private Replicas replicas;
    private MasterHistory history;
    private ServiceProcess master;

    @BeforeAll
    void start(@TempDir Path directory) {
        files = directory;
        zooKeeper.start().awaitServing();
        replicas = Replicas.start(Stream.of(
                instance("one").property("master.session-file", fileOf("one")),
                // As people write it who do not know Boot's own form.
                instance("two").environment("MASTER_SESSION_FILE", fileOf("two").toString()),
                instance("three").jvm("-Dmaster.session-file=" + fileOf("three"))));
    }

    private ServiceBuilder instance(String name) {
        return Replicas.instance(name, zooKeeper.connectString(), SESSION);
    }

    private Path fileOf(String name) {
        return files.resolve("sessions-of-" + name).resolve("session");
    }

    @BeforeEach
    void settle() {
        master = replicas.awaitMaster();
        history = replicas.watch();
    }

    @AfterEach
    void restore() {
        history.close();
        replicas.restore();
    }

    @AfterAll
    void close() {
        if (replicas != null) {
            replicas.close();
        }
        zooKeeper.close();
    }

    @Test
    void withoutIt() {
        long epoch = master.epoch();
        long killed = System.nanoTime();
        master.kill();

        Duration time = sinceThen(killed, awaitSuccessor(epoch));

        System.out.println(
                "SessionFileIT: from SIGKILL to the next MASTER, nothing started: " + time.toMillis() + " ms");
        assertThat(time).isGreaterThan(SESSION.dividedBy(2));
        assertOneAtATime();
    }

    @Test
    void theNextStartOfAKilledMasterEndsItsSessionBeforeAllElse() {
        List<Long> times = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long epoch = master.epoch();
            long killed = System.nanoTime();
            master.kill();
            master.restart();

            Duration time = sinceThen(killed, awaitSuccessor(epoch));

            times.add(time.toMillis());
            master.awaitUp();
            assertThat(master.log()).contains("is closed: its process had died");
            master = replicas.awaitMaster();
        }

        System.out.println("SessionFileIT: from SIGKILL to the next MASTER, restarted at once: " + times + " ms");
        assertThat(times).allMatch(time -> time < SOON.toMillis());
        assertOneAtATime();
        replicas.assertCalmLogs();
    }

    @Test
    void theCommandEndsTheSessionOfAKilledMaster() {
        List<Long> times = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long epoch = master.epoch();
            long killed = System.nanoTime();
            master.kill();
            JarCommand release = JarCommand.run("release", fileOf(master.name()).toString());

            Duration time = sinceThen(killed, awaitSuccessor(epoch));

            times.add(time.toMillis());
            assertThat(release.exitCode()).as(release.output()).isZero();
            assertThat(release.output()).hasLineCount(1).contains("is closed");
            master = replicas.restore();
        }

        System.out.println("SessionFileIT: from SIGKILL to the next MASTER, released at once: " + times + " ms");
        assertThat(times).allMatch(time -> time < SOON.toMillis());
        assertOneAtATime();
    }

    @Test
    void aSessionWhoseProcessLivesIsLeftAlone() throws IOException {
        assertThat(replicas.instances()).allSatisfy(instance -> {
            assertThat(fileOf(instance.name())).isNotEmptyFile();
            JarCommand release = JarCommand.run("release", "--master.session-file=" + fileOf(instance.name()));
            assertThat(release.exitCode()).as(release.output()).isEqualTo(3);
            assertThat(release.output()).hasLineCount(1).contains("in use by another process");
        });
        long epoch = master.epoch();
        String recorded = Files.readString(fileOf(master.name()));

        master.freeze();
        JarCommand frozen = JarCommand.run("release", fileOf(master.name()).toString());
        master.thaw();

        assertThat(frozen.exitCode()).as(frozen.output()).isEqualTo(3);
        assertThat(replicas.awaitMaster().epoch()).isEqualTo(epoch);
        assertThat(fileOf(master.name())).hasContent(recorded);
        assertThat(history.report().changes()).isZero();
    }

    @Test
    void anotherInstanceWithTheSameFileDoesNotStart() {
        long epoch = master.epoch();
        try (ServiceProcess second = instance("second")
                .property("master.session-file", fileOf(master.name()))
                .start()) {
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.log())
                    .containsOnlyOnce("APPLICATION FAILED TO START")
                    .contains("(master.session-file) is in use by another process", "of its own")
                    .doesNotContain("\tat ");
        }
        assertThat(replicas.awaitMaster().epoch()).isEqualTo(epoch);
        assertThat(history.report().changes()).isZero();
    }

    @Test
    void anOrderlyEndLeavesNothing() {
        master.terminate();
        assertThat(master.exitCode()).isEqualTo(143);

        assertThat(fileOf(master.name())).isEmptyFile();
        JarCommand release = JarCommand.run("release", fileOf(master.name()).toString());
        assertThat(release.exitCode()).isZero();
        assertThat(release.output()).hasLineCount(1).contains("no session");
    }

    @Test
    void wrongUsageIsExplained() {
        JarCommand release = JarCommand.run("release", "--now");

        assertThat(release.exitCode()).isEqualTo(2);
        assertThat(release.output()).contains("Not understood: --now", "Usage:", "Exit codes:");
    }

    private static Duration sinceThen(long killed, Tenure next) {
        return Duration.ofNanos(next.firstReceived() - killed);
    }

    private Tenure awaitSuccessor(long epoch) {
        return await("a master of a later epoch than " + epoch)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(SESSION.plusSeconds(20))
                .until(
                        () -> history.report().masters().stream()
                                .filter(tenure -> tenure.epoch() > epoch)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private void assertOneAtATime() {
        assertThat(history.report().violations()).isEmpty();
        assertThat(history.report().epochsRise()).isTrue();
    }
}
