package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.HistoryReport;
import io.masterlatch.testing.HistoryReport.Tenure;
import io.masterlatch.testing.LogExcerpt;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperEnsemble;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two elections, one with a lease of 5 s and one of 3 s, on three ZooKeeper servers that fail, or fail to reach one
 * another.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnsembleIT {

    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration USUAL = Duration.ofSeconds(3);
    private static final Duration BRIEF = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** One of the two elections. */
    private static final class Side implements AutoCloseable {

        private final Duration lease;
        private final Replicas replicas;
        private ServiceProcess master;
        private MasterHistory history;
        private List<String> seen;

        Side(Duration lease, String connectString) {
            this.lease = lease;
            this.replicas = Replicas.start(Stream.of("one", "other")
                    .map(name -> Replicas.instance(name + "-" + lease.toSeconds() + "s", connectString, SESSION, lease)
                            .property("masterlatch.path", "/lease-" + lease.toSeconds() + "s/master")));
        }

        void settle() {
            master = replicas.awaitMaster();
            history = replicas.watch();
            seen = seen();
        }

        /** Returns what each instance has listed of changes so far. */
        List<String> seen() {
            return replicas.instances().stream()
                    .map(instance -> instance.get("/master/history").body())
                    .toList();
        }

        void print(String fault) {
            HistoryReport report = history.report();
            System.out.printf(
                    "EnsembleIT: %s, lease %d s: %d changes of master, none MASTER for %d ms, two for %d ms%n",
                    fault,
                    lease.toSeconds(),
                    report.changes(),
                    report.withoutMaster().toMillis(),
                    report.overlap().toMillis());
        }

        @Override
        public void close() {
            replicas.close();
        }
    }

    private final ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(TICK);
    private Side patient;
    private Side usual;

    @BeforeAll
    void start() {
        ensemble.start();
        patient = new Side(LONG, ensemble.connectString());
        usual = new Side(USUAL, ensemble.connectString());
    }

    @BeforeEach
    void settle() {
        sides().forEach(Side::settle);
    }

    @AfterEach
    void restore() {
        sides().forEach(side -> side.history.close());
        ensemble.heal();
        ensemble.servers().stream().filter(server -> !server.isAlive()).forEach(ZooKeeperProcess::start);
        ensemble.servers().forEach(ZooKeeperProcess::awaitServing);
        sides().forEach(side -> side.replicas.awaitMaster());
        sides().forEach(side -> side.replicas.assertCalmLogs());
    }

    @AfterAll
    void close() {
        sides().forEach(Side::close);
        ensemble.close();
    }

    @Test
    void aRollingRestartOfAllServersChangesNoMaster() {
        ensemble.rollingRestart();
        // Whatever was to lose its connection has lost it, and a lease that is not renewed ends.
        Replicas.pass(LONG);

        sides().forEach(side -> {
            side.print("a rolling restart");
            assertThat(side.replicas.awaitMaster()).isSameAs(side.master);
            side.history.assertOneAtATime();
            assertThat(side.history.report().masters())
                    .as("masters with a lease of %s", side.lease)
                    .allMatch(tenure -> tenure.instance().equals(side.master.name()));
        });
        assertThat(patient.seen()).as("changes of any role, as each lists them").isEqualTo(patient.seen);
        assertThat(patient.history.answers())
                .allSatisfy(answer -> assertThat(answer.role())
                        .isEqualTo(answer.instance().equals(patient.master.name()) ? "MASTER" : "STANDBY"));
    }

    @Test
    void theLeadingServersDeathDividesNoMastership() {
        ZooKeeperProcess leader = ensemble.leader();
        leader.kill();

        await().atMost(PATIENCE).until(() -> ensemble.leader() != leader);
        sides().forEach(side -> side.replicas.awaitMaster());
        leader.start().awaitServing();
        sides().forEach(side -> side.replicas.awaitMaster());

        sides().forEach(side -> {
            side.print("the leading server's death");
            side.history.assertOneAtATime();
        });
    }

    @Test
    void withoutAQuorumThereIsNoMasterUntilThereIsOneAgain() {
        ZooKeeperProcess leader = ensemble.leader();
        ZooKeeperProcess follower = ensemble.followers().get(0);
        List<LogExcerpt> logs = sides().flatMap(side -> side.replicas.instances().stream())
                .map(LogExcerpt::of)
                .toList();
        leader.kill();
        follower.kill();
        sides().forEach(side -> await("no instance answers with a role")
                .atMost(PATIENCE)
                .until(() -> side.replicas.instances().stream()
                        .allMatch(instance -> instance.role().equals("UNKNOWN"))));

        leader.start();
        follower.start().awaitServing();
        sides().forEach(side -> side.replicas.awaitMaster());

        sides().forEach(side -> {
            side.print("the loss of the quorum");
            side.history.assertOneAtATime();
        });
        logs.forEach(log -> log.awaitLine("The election works again, after "));
    }

    @Test
    void aMasterWhoseServerIsCutOffIsNeverOneOfTwo() {
        ZooKeeperProcess cutOff = ensemble.followers().get(0);
        String elsewhere = ensemble.servers().stream()
                .filter(server -> server != cutOff)
                .map(ZooKeeperProcess::connectString)
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
        try (ServiceProcess lonely = candidate("lonely", cutOff.connectString())
                        .start()
                        .awaitUp()
                        .awaitRole("MASTER");
                ServiceProcess other =
                        candidate("other", elsewhere).start().awaitUp().awaitRole("STANDBY");
                MasterHistory election = new MasterHistory().watch(lonely, other)) {
            long epoch = lonely.epoch();
            long began = System.nanoTime();

            // For five ticks it goes on to answer from old data.
            ensemble.cutOff(cutOff);
            Tenure next = election.awaitMasterAfter(epoch);
            Replicas.pass(TICK.multipliedBy(3));
            assertThat(lonely.role()).isNotEqualTo("MASTER");
            await("the other side's health is down")
                    .atMost(PATIENCE)
                    .until(() -> lonely.get("/actuator/health").statusCode() == 503);
            ensemble.heal();
            lonely.awaitRole("STANDBY");

            HistoryReport report = election.report();
            System.out.printf(
                    "EnsembleIT: from the cut-off of the master's server to the next MASTER: %d ms, %.2f of the lease;"
                            + " none MASTER for %d ms, two for %d ms%n",
                    (next.firstReceived() - began) / 1_000_000,
                    (double) (next.firstReceived() - began) / BRIEF.toNanos(),
                    report.longestWithoutMaster().toMillis(),
                    report.overlap().toMillis());
            election.assertOneAtATime();
            assertThat(report.changes()).isEqualTo(1);
            assertThat(next.instance()).isEqualTo(other.name());
            assertThat(lonely.epoch()).isEqualTo(next.epoch());
            Replicas.assertCalmLog(lonely);
        }
        sides().forEach(side -> side.history.assertOneAtATime());
    }

    /** Describes a candidate of an election of its own, with a session that outlasts a server's return. */
    private static ServiceBuilder candidate(String name, String connectString) {
        return Replicas.instance(name, connectString, TICK.multipliedBy(4), BRIEF)
                .property("masterlatch.path", "/cut-off/master");
    }

    private Stream<Side> sides() {
        return Stream.of(patient, usual).filter(side -> side != null);
    }
}
