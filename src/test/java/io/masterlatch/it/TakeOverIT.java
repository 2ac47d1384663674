package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.HistoryReport.Tenure;
import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.LogExcerpt;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.SlowRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofSeconds(1);

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper(TICK);
    private Replicas replicas;
    private ServiceProcess master;
    private MasterHistory history;

    @BeforeAll
    void start() {
        zooKeeper.start();
        replicas = Replicas.start(Stream.of("replica1", "replica2", "replica3")
                .map(name -> Replicas.instance(name, zooKeeper.connectString(), SESSION, LEASE)
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
            Tenure next = history.awaitMasterAfter(epoch);

            times.add(Duration.ofNanos(next.firstReceived() - asked));
            assertThat(master.exitCode()).isEqualTo(143);
            String former = "127.0.0.1:" + master.port();
            master = handOver == 1 ? replicas.restore() : replicas.awaitMaster();
            assertThat(master.name()).isEqualTo(next.instance());
            assertThat(master.since()).isBetween(before, Instant.now());
            await().untilAsserted(() ->
                    assertThat(master.log()).contains("took over from " + former + ": it released the lease"));
        }

        System.out.printf(
                "TakeOverIT: from SIGTERM to the next MASTER: %s ms%n",
                times.stream().map(Duration::toMillis).toList());
        history.assertOneAtATime();
        replicas.assertCalmLogs();
    }

    @Test
    void aTerminatedMasterReleasesFirstAndThenFinishesItsOpenRequests() throws Exception {
        long epoch = master.epoch();
        try (SlowRequest request = SlowRequest.begin(master)) {
            master.terminate();
            history.awaitMasterAfter(epoch);
            assertThat(master.isAlive()).as("waits for its open request").isTrue();

            assertThat(request.finish()).startsWith("HTTP/1.1 204");
        }
        assertThat(master.exitCode()).isEqualTo(143);
        history.assertOneAtATime();
    }

    @Test
    void afterSigkillAnotherIsMasterWhenTheLeaseHasLapsed() {
        long epoch = master.epoch();
        long killed = System.nanoTime();
        master.kill();

        print("SIGKILL", killed, successor(epoch));
        history.assertOneAtATime();
        replicas.assertCalmLogs();
    }

    @Test
    void aMasterFrozenBeyondItsSessionNeverAnswersMasterAgain() {
        long epoch = master.epoch();
        LogExcerpt log = LogExcerpt.of(master);
        long frozen = System.nanoTime();
        master.freeze();
        print("SIGSTOP", frozen, successor(epoch));
        // Its session ends, and whatever it is asked from now on it is asked as the former master.
        Replicas.pass(SESSION.plus(TICK));
        long thawed = System.nanoTime();
        master.thaw();

        master.awaitRole("STANDBY");

        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()) && answer.received() > thawed)
                .isNotEmpty()
                .noneMatch(answer -> answer.role().equals("MASTER"));
        assertThat(replicas.awaitMaster().epoch()).isGreaterThan(epoch);
        history.assertOneAtATime();
        assertThat(history.report().changes()).isEqualTo(1);
        log.awaitLine("MASTER -> ");
        replicas.assertCalmLogs();
    }

    @ParameterizedTest
    @ValueSource(ints = {85, 100, 115, 130})
    void aMasterFrozenForAboutItsLeaseNeverSharesTheMastership(int percentOfLease) {
        long epoch = master.epoch();
        master.freeze();
        Replicas.pass(LEASE.multipliedBy(percentOfLease).dividedBy(100));
        master.thaw();

        assertThat(replicas.awaitMaster().epoch()).isGreaterThanOrEqualTo(epoch);
        history.assertOneAtATime();
    }

    @Test
    void aMasterFrozenForLessThanItsLeaseIsMasterAllTheTime() {
        master.freeze();
        Replicas.pass(LEASE.dividedBy(4));
        master.thaw();
        Replicas.pass(LEASE.multipliedBy(2));

        assertThat(replicas.awaitMaster()).isSameAs(master);
        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()) && answer.status() != 0)
                .allMatch(answer -> answer.role().equals("MASTER"));
        assertThat(history.report().masters()).hasSize(1);
    }

    /** Waits for the next master, which takes over although the former one's session is still there. */
    private Tenure successor(long epoch) {
        Tenure next = history.awaitMasterAfter(epoch);
        assertThat(next.instance()).isNotEqualTo(master.name());
        ServiceProcess successor = replicas.named(next.instance());
        String line = "took over from 127.0.0.1:" + master.port() + ": its lease lapsed)";
        await().untilAsserted(() -> assertThat(successor.log()).contains(line));
        return next;
    }

    private static void print(String fault, long began, Tenure next) {
        System.out.printf(
                "TakeOverIT: from %s to the next MASTER: %d ms, %.2f of the lease%n",
                fault,
                (next.firstReceived() - began) / 1_000_000,
                (double) (next.firstReceived() - began) / LEASE.toNanos());
    }
}
