package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.HistoryReport;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperEnsemble;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Three instances on three ZooKeeper servers, of which some fail, or fail to reach one another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnsembleIT {

    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration LEASE = SESSION.multipliedBy(6).dividedBy(10);
    private static final Duration TICK = Duration.ofSeconds(1);

    private final ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(TICK);
    private Replicas replicas;
    private ServiceProcess master;
    private MasterHistory history;

    @BeforeAll
    void start() {
        ensemble.start();
        replicas = Replicas.start(3, ensemble.connectString(), SESSION);
    }

    @BeforeEach
    void settle() {
        master = replicas.awaitMaster();
        history = replicas.watch();
    }

    @AfterEach
    void restore() {
        history.close();
        ensemble.heal();
        ensemble.servers().stream().filter(server -> !server.isAlive()).forEach(ZooKeeperProcess::start);
        ensemble.servers().forEach(ZooKeeperProcess::awaitServing);
        replicas.awaitMaster();
        replicas.assertCalmLogs();
    }

    @AfterAll
    void close() {
        if (replicas != null) {
            replicas.close();
        }
        ensemble.close();
    }

    @Test
    void aRollingRestartOfAllServersChangesNoRole() {
        ensemble.rollingRestart();
        // Whoever was to lose its connection has lost it, and a lease that is not renewed ends.
        Replicas.pass(Duration.ofSeconds(1));

        assertThat(replicas.awaitMaster()).isSameAs(master);
        assertThat(history.report().masters()).hasSize(1);
        assertThat(history.answers())
                .allSatisfy(answer -> assertThat(answer.role())
                        .isEqualTo(answer.instance().equals(master.name()) ? "MASTER" : "STANDBY"));
        print("a rolling restart");
    }

    @Test
    void theLeadingServersDeathDividesNoMastership() {
        ZooKeeperProcess leader = ensemble.leader();
        leader.kill();

        await().until(() -> ensemble.leader() != leader);
        replicas.awaitMaster();
        leader.start().awaitServing();
        replicas.awaitMaster();

        assertOneAtATime();
        print("the leading server's death");
    }

    @Test
    void withoutAQuorumNobodyIsMasterUntilThereIsOneAgain() {
        ZooKeeperProcess leader = ensemble.leader();
        ZooKeeperProcess follower = ensemble.followers().get(0);
        leader.kill();
        follower.kill();
        await().atMost(LEASE.plusSeconds(3))
                .until(() -> replicas.instances().stream()
                        .allMatch(instance -> instance.role().equals("UNKNOWN")));

        leader.start();
        follower.start().awaitServing();
        replicas.awaitMaster();

        assertOneAtATime();
        print("the loss of the quorum");
    }

    @Test
    void aMasterWhoseServerIsCutOffIsNeverOneOfTwo() {
        ZooKeeperProcess cutOff = ensemble.followers().get(0);
        String elsewhere = ensemble.servers().stream()
                .filter(server -> server != cutOff)
                .map(ZooKeeperProcess::connectString)
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
        // Less than the five ticks for which a follower without its leader answers from old data.
        Duration session = TICK.multipliedBy(3);
        try (ServiceProcess lonely = candidate("lonely", cutOff.connectString(), session)
                        .start()
                        .awaitUp()
                        .awaitRole("MASTER");
                ServiceProcess other =
                        candidate("other", elsewhere, session).start().awaitUp().awaitRole("STANDBY");
                MasterHistory election = new MasterHistory().watch(lonely, other)) {
            long epoch = lonely.epoch();

            ensemble.cutOff(cutOff);
            other.awaitRole("MASTER");
            Replicas.pass(TICK.multipliedBy(3));
            assertThat(lonely.role()).isEqualTo("UNKNOWN");
            ensemble.heal();
            lonely.awaitRole("STANDBY");

            HistoryReport report = election.report();
            assertThat(report.violations()).isEmpty();
            assertThat(report.changes()).isEqualTo(1);
            assertThat(lonely.epoch()).isGreaterThan(epoch);
            Replicas.assertCalmLog(lonely);
            System.out.println("EnsembleIT: with the master's server cut off, nobody was MASTER for "
                    + report.longestWithoutMaster());
        }
        assertOneAtATime();
    }

    /** Describes a candidate of an election of its own, apart from the three that use all servers. */
    private static ServiceBuilder candidate(String name, String connectString, Duration session) {
        return Replicas.instance(name, connectString, session).property("master.path", "/cut-off/master");
    }

    private void assertOneAtATime() {
        assertThat(history.report().violations()).isEmpty();
        assertThat(history.report().epochsRise()).isTrue();
    }

    private void print(String fault) {
        HistoryReport report = history.report();
        System.out.printf(
                "EnsembleIT: with %s, %d changes of master, nobody MASTER for %d ms%n",
                fault, report.changes(), report.withoutMaster().toMillis());
    }
}
