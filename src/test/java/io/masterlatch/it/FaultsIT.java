package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.HistoryReport.Tenure;
import io.masterlatch.testing.LogExcerpt;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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

/** Two instances, each with a network of its own to one ZooKeeper, and faults of network, server and session. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {

    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    // For so long an instance that came back leaves a lapsed lease to its holder.
    private static final Duration SETTLING = Duration.ofMillis(1500);

    // A client that knows more than its server gives its session up after 4/3 of the timeout, and the service then
    // tries every 2 s to make another; the rest is for a machine with other things to do.
    private static final Duration BACK_AFTER_WIPE =
            SESSION.multipliedBy(4).dividedBy(3).plusSeconds(15);

    private final ZooKeeperProcess zooKeeper =
            new ZooKeeperProcess("faults").tickTime(TICK).manageable();
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
                        Replicas.instance(network.getKey(), network.getValue().connectString(), SESSION, LEASE)));
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

    static Stream<Named<Consumer<FaultyProxy>>> lastingFaults() {
        return Stream.of(Named.of("cut", FaultyProxy::cut), Named.of("black hole", FaultyProxy::blackHole));
    }

    @ParameterizedTest
    @MethodSource("lastingFaults")
    void aMasterCutOffForLongIsFollowedAndComesBackAsStandby(Consumer<FaultyProxy> fault) {
        Replicas.pass(SETTLING);
        long epoch = master.epoch();
        LogExcerpt log = LogExcerpt.of(master);
        LogExcerpt successorsLog = LogExcerpt.of(standby);
        long began = System.nanoTime();

        fault.accept(network(master));

        Tenure next = history.awaitMasterAfter(epoch);
        print("the end of the master's network", began, next);
        assertThat(next.instance()).isEqualTo(standby.name());
        successorsLog.awaitLine(
                "STANDBY -> MASTER: .* \\(took over from 127.0.0.1:" + master.port() + ": its lease lapsed\\)");
        awaitUnavailable(master);
        // A lease that has just ended is no outage yet.
        log.awaitLine(" WARN .*connection to ZooKeeper");
        network(master).restore();
        master.awaitRole("STANDBY");
        assertThat(master.epoch()).isEqualTo(next.epoch());
        log.awaitLine("The election works again, after ");
        assertThat(log.lines("MASTER -> .* \\(the lease ran out\\)")).hasSize(1);
        history.assertOneAtATime();
    }

    @Test
    void aStandbyBehindABlackHoleNamesNoMasterAndThenTheMasterAgain() {
        long began = System.nanoTime();
        network(standby).blackHole();

        awaitUnavailable(standby);
        System.out.printf(
                "FaultsIT: from the end of the standby's network to its 503: %d ms%n",
                (System.nanoTime() - began) / 1_000_000);
        network(standby).restore();

        standby.awaitRole("STANDBY");
        assertThat(history.report().masters()).hasSize(1);
        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()) && answer.status() != 0)
                .allMatch(answer -> answer.role().equals("MASTER"));
    }

    /** As an operator does it, to be rid of a master that does not answer. */
    @Test
    void aMasterThatIsCutOffAndWhoseSessionIsTerminatedIsMasterUntilItsLeaseEndsAndNoOtherIs() {
        Replicas.pass(SETTLING);
        long epoch = master.epoch();
        LogExcerpt successorsLog = LogExcerpt.of(standby);
        long session = session(master);
        long began = System.nanoTime();
        network(master).blackHole();
        zooKeeper.terminateSession(session);

        Tenure next = history.awaitMasterAfter(epoch);

        print("the end of the master's session, which it does not hear of,", began, next);
        assertThat(next.instance()).isEqualTo(standby.name());
        // Its node was gone all the while.
        successorsLog.awaitLine(
                "took over from 127.0.0.1:" + master.port() + ": its lease lapsed and its session ended");
        network(master).restore();
        master.awaitRole("STANDBY");
        history.assertOneAtATime();
        assertThat(history.report().changes()).isEqualTo(1);
    }

    @Test
    void aZooKeeperThatIsGoneUnderLoadForLongerThanTheSessionIsOneOutage() {
        long epoch = master.epoch();
        Map<ServiceProcess, LogExcerpt> logs = Map.of(master, LogExcerpt.of(master), standby, LogExcerpt.of(standby));
        try (MasterHistory load = new MasterHistory(Duration.ZERO)) {
            load.watch(master, standby);
            zooKeeper.kill();
            replicas.instances().forEach(FaultsIT::awaitUnavailable);
            assertThat(standby.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            Replicas.pass(SESSION.minus(LEASE));
            long back = System.nanoTime();
            // From its start it grants every session that it knows a full timeout.
            zooKeeper.start().awaitServing();
            ServiceProcess next = replicas.awaitMaster();

            System.out.printf(
                    "FaultsIT: from the start of ZooKeeper to a master that all know: %d ms; %s%n",
                    (System.nanoTime() - back) / 1_000_000,
                    next.epoch() == epoch ? "the same epoch" : next == master ? "the same master" : "another master");
            load.assertOneAtATime();
        }
        history.assertOneAtATime();
        logs.forEach((instance, log) -> {
            String warning = " WARN .* connection to ZooKeeper";
            String end = " INFO .*The election works again";
            log.awaitLine(warning);
            await(instance + " logs the end of the outage")
                    .atMost(PATIENCE)
                    .until(() -> !log.linesFrom(warning, end).isEmpty());
            assertThat(log.linesFrom(warning, end)).as("%s", instance).hasSize(1);
            assertThat(log.lines(warning)).as("warnings of %s", instance).hasSizeBetween(1, 2);
        });
    }

    @Test
    void dataWipedUnderRunningInstancesIsSaidAndAllAreSoonBack() {
        LogExcerpt log = LogExcerpt.of(master);
        LogExcerpt otherLog = LogExcerpt.of(standby);
        zooKeeper.wipe();
        replicas.instances().forEach(FaultsIT::awaitUnavailable);
        history.assertOneAtATime();
        history.close();
        // Epochs start again: what came before cannot be compared.
        history = replicas.watch();

        zooKeeper.start().awaitServing();
        long began = System.nanoTime();
        replicas.awaitMaster();
        Duration time = Duration.ofNanos(System.nanoTime() - began);

        System.out.printf(
                "FaultsIT: from the start of a ZooKeeper without data to a master that all know: %d ms%n",
                time.toMillis());
        assertThat(time).isLessThan(BACK_AFTER_WIPE);
        history.assertOneAtATime();
        assertThat(Stream.of(log, otherLog).flatMap(one -> one.lines(" WARN .*ZooKeeper's data was wiped").stream()))
                .isNotEmpty();
        assertThat(replicas.instances())
                .allSatisfy(instance -> assertThat(health(instance)).contains("\"status\":\"UP\""));
    }

    @Test
    void anInstanceStartedBeforeItsZooKeeperSaysSoAndJoinsWhenItComes() {
        try (ZooKeeperProcess late = new ZooKeeperProcess("late").tickTime(TICK);
                ServiceProcess early = Replicas.instance("early", late.connectString(), SESSION, LEASE)
                        .start()) {
            LogExcerpt log = LogExcerpt.of(early);
            awaitUnavailable(early.awaitUp());
            assertThat(early.get("/actuator/health/liveness").body()).contains("\"UP\"");
            HttpResponse<String> health = early.get("/actuator/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("no connection to ZooKeeper yet");
            log.awaitLine(" WARN .*[Nn]o connection to ZooKeeper yet");

            late.start().awaitServing();

            early.awaitRole("MASTER");
            assertThat(early.get("/actuator/health").statusCode()).isEqualTo(200);
            log.awaitLine("The election works again, after ");
            Replicas.assertCalmLog(early);
        }
    }

    private FaultyProxy network(ServiceProcess instance) {
        return networks.get(instance.name());
    }

    private static String health(ServiceProcess instance) {
        return instance.get("/actuator/health").body();
    }

    private static long session(ServiceProcess instance) {
        String hex = health(instance).replaceAll("(?s).*\"session\":\"0x([0-9a-f]+)\".*", "$1");
        return Long.parseUnsignedLong(hex, 16);
    }

    private static void print(String fault, long began, Tenure next) {
        System.out.printf(
                "FaultsIT: from %s to the next MASTER: %d ms, %.2f of the lease%n",
                fault,
                (next.firstReceived() - began) / 1_000_000,
                (double) (next.firstReceived() - began) / LEASE.toNanos());
    }

    private static void awaitUnavailable(ServiceProcess instance) {
        HttpResponse<String> answer = await(instance + " answers 503")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(() -> instance.get("/master"), response -> response.statusCode() == 503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"self\":\"127.0.0.1:" + instance.port() + "\"", "\"role\":\"UNKNOWN\"");
    }
}
