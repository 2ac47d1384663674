package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.HistoryReport.Tenure;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZkCli;
import io.masterlatch.testing.ZooKeeperProcess;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two instances, each with a network of its own to one ZooKeeper, and what can befall network, server and node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

    // Long enough that a client, which waits for up to two seconds before it calls the only server again, is back
    // before the lease ends.
    private static final Duration SESSION = Duration.ofSeconds(7);
    private static final Duration LEASE = SESSION.multipliedBy(6).dividedBy(10);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration EXPIRY = SESSION.plus(TICK).plusSeconds(2);

    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("faults").tickTime(TICK);
    private final Map<String, FaultyProxy> networks = new LinkedHashMap<>();
    private Replicas replicas;
    private ServiceProcess master;
    private ServiceProcess standby;
    private MasterHistory history;

    @BeforeAll
    void start() {
        zooKeeper.start().awaitServing();
        networks.put("replica1", FaultyProxy.to(zooKeeper.clientPort()));
        networks.put("replica2", FaultyProxy.to(zooKeeper.clientPort()));
        replicas = Replicas.start(networks.entrySet().stream()
                .map(network ->
                        Replicas.instance(network.getKey(), network.getValue().connectString(), SESSION)));
    }

    @BeforeEach
    void settle() {
        master = replicas.awaitMaster();
        standby = replicas.others(master).get(0);
        history = replicas.watch();
    }

    @AfterEach
    void restore() {
        history.close();
        networks.values().forEach(FaultyProxy::restore);
        if (!zooKeeper.isAlive()) {
            zooKeeper.start();
        }
        replicas.restore();
        replicas.assertCalmLogs();
    }

    @AfterAll
    void close() {
        if (replicas != null) {
            replicas.close();
        }
        networks.values().forEach(FaultyProxy::close);
        zooKeeper.close();
    }

    @Test
    void aConnectionLostForLessThanTheLeaseChangesNothing() {
        long epoch = master.epoch();
        Outages outages = new Outages(master);

        network(master).cut();
        Replicas.pass(Duration.ofMillis(300));
        network(master).restore();
        outages.awaitOver(1);

        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()) && answer.status() != 0)
                .allMatch(answer -> answer.role().equals("MASTER") && answer.epoch() == epoch);
        assertThat(history.report().masters()).hasSize(1);
        assertThat(outages.warnings()).isEqualTo(1);
    }

    static Stream<Named<Consumer<FaultyProxy>>> lastingFaults() {
        return Stream.of(Named.of("cut", FaultyProxy::cut), Named.of("black hole", FaultyProxy::blackHole));
    }

    @ParameterizedTest
    @MethodSource("lastingFaults")
    void aMasterCutOffForLongIsFollowedAndComesBackAsStandby(Consumer<FaultyProxy> fault) {
        long epoch = master.epoch();
        Outages outages = new Outages(master);
        long began = System.nanoTime();

        fault.accept(network(master));

        Tenure next = awaitMasterAfter(epoch);
        System.out.printf(
                "FaultsIT: from the end of the master's network to the next MASTER: %d ms, %.2f of the session timeout%n",
                (next.firstReceived() - began) / 1_000_000,
                (double) (next.firstReceived() - began) / SESSION.toNanos());
        assertThat(next.instance()).isEqualTo(standby.name());
        assertThat(Duration.ofNanos(next.firstReceived() - began)).isBetween(LEASE, EXPIRY);
        assertUnavailable(master);
        network(master).restore();
        master.awaitRole("STANDBY");
        assertThat(master.epoch()).isEqualTo(next.epoch());
        assertThat(history.report().violations()).isEmpty();
        outages.awaitOver(1);
        assertThat(outages.warnings()).isEqualTo(1);
    }

    @Test
    void aStandbyCutOffForLongNamesNobodyAndThenTheMasterAgain() {
        network(standby).cut();

        await().atMost(LEASE.plusSeconds(2)).until(() -> standby.get("/master").statusCode() == 503);
        assertUnavailable(standby);
        network(standby).restore();

        standby.awaitRole("STANDBY");
        assertThat(history.report().masters()).hasSize(1);
        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()) && answer.status() != 0)
                .allMatch(answer -> answer.role().equals("MASTER"));
    }

    @Test
    void aZooKeeperThatIsGoneUnderLoadForLongerThanTheSessionIsOneOutageAndNoChangeOfMaster() {
        Outages ofMaster = new Outages(master);
        Outages ofStandby = new Outages(standby);
        try (MasterHistory load = new MasterHistory(Duration.ZERO)) {
            load.watch(master, standby);
            zooKeeper.kill();
            await().atMost(LEASE.plusSeconds(2)).until(() -> master.role().equals("UNKNOWN"));
            assertUnavailable(master);
            assertThat(standby.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            Replicas.pass(SESSION.minus(LEASE).plusSeconds(1));
            // From its start it grants every session that it knows a full timeout.
            zooKeeper.start().awaitServing();
            replicas.awaitMaster();

            assertThat(load.report().violations()).isEmpty();
        }
        assertThat(history.report().masters()).hasSize(1);
        ofMaster.awaitOver(1);
        ofStandby.awaitOver(1);
        assertThat(ofMaster.warnings()).isEqualTo(1);
        assertThat(ofStandby.warnings()).isEqualTo(1);
    }

    @Test
    void aNodeDeletedByHandIsSoonHeldAgainAndByOneMasterAtATime() {
        long epoch = master.epoch();
        long deleted;
        try (ZkCli cli = ZkCli.connect(zooKeeper.connectString())) {
            deleted = System.nanoTime();
            cli.send("delete /master");

            Tenure next = awaitMasterAfter(epoch);
            System.out.printf(
                    "FaultsIT: from the deletion of /master to the next MASTER: %d ms%n",
                    (next.firstReceived() - deleted) / 1_000_000);
        }
        replicas.awaitMaster();
        assertThat(history.report().violations()).isEmpty();
        assertThat(history.report().changes()).isEqualTo(1);
    }

    @Test
    void aNodeOverwrittenByHandIsPutRight() {
        long epoch = master.epoch();
        try (ZkCli cli = ZkCli.connect(zooKeeper.connectString())) {
            cli.send("set /master nonsense");
            await().until(() -> cli.send("get /master").awaitOutput("\n").contains("127.0.0.1:" + master.port()));
        }
        assertThat(replicas.awaitMaster()).isSameAs(master);
        assertThat(standby.master()).isEqualTo("127.0.0.1:" + master.port());
        assertThat(master.epoch()).isEqualTo(epoch);
        assertThat(history.report().masters()).hasSize(1);
        assertThat(history.report().violations()).isEmpty();
    }

    @Test
    void anInstanceStartedBeforeItsZooKeeperSaysSoAndJoinsWhenItComes() {
        try (ZooKeeperProcess late = new ZooKeeperProcess("late").tickTime(TICK);
                ServiceProcess early = Replicas.instance("early", late.connectString(), SESSION)
                        .start()
                        .awaitUp()) {
            Outages outages = new Outages(early);
            assertUnavailable(early);
            assertThat(early.get("/actuator/health/liveness").body()).contains("\"UP\"");
            HttpResponse<String> health = early.get("/actuator/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("no connection to ZooKeeper yet");
            outages.awaitWarning();

            late.start().awaitServing();

            early.awaitRole("MASTER");
            assertThat(early.get("/actuator/health").statusCode()).isEqualTo(200);
            outages.awaitOver(1);
            assertThat(outages.warnings()).isEqualTo(1);
            Replicas.assertCalmLog(early);
        }
    }

    private FaultyProxy network(ServiceProcess instance) {
        return networks.get(instance.name());
    }

    private Tenure awaitMasterAfter(long epoch) {
        return await("a master of a later epoch than " + epoch)
                .pollInterval(Duration.ofMillis(5))
                .atMost(EXPIRY.plusSeconds(5))
                .until(
                        () -> history.report().masters().stream()
                                .filter(tenure -> tenure.epoch() > epoch)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static void assertUnavailable(ServiceProcess instance) {
        HttpResponse<String> answer = instance.get("/master");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"self\":\"127.0.0.1:" + instance.port() + "\"", "\"role\":\"UNKNOWN\"");
    }

    /** What an instance logs of outages from now on. */
    private static final class Outages {

        private final ServiceProcess instance;
        private final int mark;

        Outages(ServiceProcess instance) {
            this.instance = instance;
            this.mark = instance.log().length();
        }

        long warnings() {
            return count(" WARN ");
        }

        void awaitWarning() {
            await("a warning of " + instance).until(() -> warnings() > 0);
        }

        void awaitOver(int number) {
            await("recovery of " + instance).until(() -> count(" INFO .* well again after ") == number);
        }

        private long count(String pattern) {
            return instance.log()
                    .substring(mark)
                    .lines()
                    .filter(line -> line.matches(".*" + pattern + ".*"))
                    .count();
        }
    }
}
