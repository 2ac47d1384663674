package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.HistoryReport.Tenure;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.SlowRequest;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three instances of the jar on one ZooKeeper, and the ways in which a master goes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TakeOverIT {

    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration LEASE = SESSION.multipliedBy(6).dividedBy(10);
    private static final Duration TICK = Duration.ofSeconds(1);

    // An overdue session is found at the server's next tick; the rest is for a machine with other things to do.
    private static final Duration EXPIRY = SESSION.plus(TICK).plusSeconds(2);

    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("take-over").tickTime(TICK);
    private Replicas replicas;
    private ServiceProcess master;
    private MasterHistory history;

    @BeforeAll
    void start() {
        zooKeeper.start().awaitServing();
        replicas = Replicas.start(Stream.of("replica1", "replica2", "replica3")
                .map(name -> Replicas.instance(name, zooKeeper.connectString(), SESSION)
                        .property("management.endpoints.web.exposure.include", "health,loggers")));
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
    void oneIsMasterAndAllNameIt() {
        Instant now = Instant.now();

        assertThat(replicas.instances()).allSatisfy(instance -> {
            assertThat(instance.master()).isEqualTo("127.0.0.1:" + master.port());
            assertThat(instance.epoch()).isEqualTo(master.epoch()).isPositive();
            assertThat(instance.since()).isEqualTo(master.since()).isBetween(now.minusSeconds(300), now);
        });
        assertThat(replicas.others(master))
                .hasSize(2)
                .allSatisfy(other -> assertThat(other.role()).isEqualTo("STANDBY"));
    }

    @Test
    void afterSigtermAnotherIsMasterWithinMilliseconds() {
        List<Duration> times = new ArrayList<>();
        for (int handOver = 0; handOver < 3; handOver++) {
            long epoch = master.epoch();
            Instant before = Instant.now();
            long asked = System.nanoTime();
            master.terminate();
            Tenure next = awaitSuccessor(epoch);

            times.add(Duration.ofNanos(next.firstReceived() - asked));
            assertThat(master.exitCode()).isEqualTo(143);
            master = handOver == 1 ? replicas.restore() : replicas.awaitMaster();
            assertThat(master.name()).isEqualTo(next.instance());
            assertThat(master.since()).isBetween(before, Instant.now());
        }

        System.out.printf(
                "TakeOverIT: from SIGTERM to the next MASTER: %s ms%n",
                times.stream().map(Duration::toMillis).toList());
        assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(Duration.ofSeconds(1)));
        assertOneAtATime();
        replicas.assertCalmLogs();
    }

    @Test
    void aTerminatedMasterReleasesFirstAndThenFinishesItsOpenRequests() throws Exception {
        long epoch = master.epoch();
        try (SlowRequest request = SlowRequest.begin(master)) {
            master.terminate();
            awaitSuccessor(epoch);
            assertThat(master.isAlive()).as("waits for its open request").isTrue();

            assertThat(request.finish()).startsWith("HTTP/1.1 204");
        }
        assertThat(master.exitCode()).isEqualTo(143);
        assertOneAtATime();
    }

    @Test
    void afterSigkillAnotherIsMasterWhenTheSessionHasExpired() {
        long epoch = master.epoch();
        long killed = System.nanoTime();
        master.kill();

        Duration time = Duration.ofNanos(awaitSuccessor(epoch).firstReceived() - killed);

        System.out.printf(
                "TakeOverIT: from SIGKILL to the next MASTER: %d ms, %.2f of the session timeout%n",
                time.toMillis(), (double) time.toMillis() / SESSION.toMillis());
        assertThat(time).isBetween(LEASE, EXPIRY);
        assertOneAtATime();
    }

    @Test
    void aMasterFrozenBeyondItsSessionNeverAnswersMasterAgain() {
        long epoch = master.epoch();
        master.freeze();
        awaitSuccessor(epoch);
        // So long that whatever the frozen one is asked from now on, it is asked as the former master.
        Replicas.pass(Duration.ofMillis(500));
        long thawed = System.nanoTime();
        master.thaw();

        master.awaitRole("STANDBY");

        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()) && answer.received() > thawed)
                .isNotEmpty()
                .noneMatch(answer -> answer.role().equals("MASTER"));
        assertThat(replicas.awaitMaster().epoch()).isGreaterThan(epoch);
        assertOneAtATime();
        assertThat(history.report().changes()).isEqualTo(1);
        replicas.assertCalmLogs();
    }

    /** Whether it keeps its session is open: after a while ZooKeeper's client gives its connection up by itself. */
    @ParameterizedTest
    @ValueSource(ints = {63, 98})
    void aMasterFrozenForAboutItsLeaseOrItsSessionNeverSharesTheMastership(int percentOfSession) {
        long epoch = master.epoch();
        master.freeze();
        Replicas.pass(SESSION.multipliedBy(percentOfSession).dividedBy(100));
        master.thaw();

        assertThat(replicas.awaitMaster().epoch()).isGreaterThanOrEqualTo(epoch);
        assertOneAtATime();
    }

    @Test
    void aMasterFrozenForLessThanItsLeaseIsMasterAllTheTime() {
        master.freeze();
        Replicas.pass(LEASE.dividedBy(3));
        master.thaw();
        Replicas.pass(LEASE.dividedBy(3));

        assertThat(replicas.awaitMaster()).isSameAs(master);
        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()) && answer.status() != 0)
                .allMatch(answer -> answer.role().equals("MASTER"));
        assertThat(history.report().masters()).hasSize(1);
    }

    private Tenure awaitSuccessor(long epoch) {
        return await("a master of a later epoch than " + epoch)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(EXPIRY.plusSeconds(5))
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
