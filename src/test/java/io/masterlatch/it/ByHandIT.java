package io.masterlatch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.HistoryReport.Tenure;
import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.LogExcerpt;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZkCli;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Two instances, and changes of their nodes by hand with zkCli. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ByHandIT {

    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STRANGER = "stranger.example.com:2223";

    // What the longest lease that a record could have lasts, with what clocks may be wrong: the promise is that it is
    // waited for.
    private static final Duration RUBBISH = Duration.ofSeconds(72);

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(1));
    private Replicas replicas;
    private ZkCli cli;
    private ServiceProcess master;
    private ServiceProcess standby;
    private MasterHistory history;

    @BeforeAll
    void start() {
        zooKeeper.start();
        replicas = Replicas.start(Stream.of("replica1", "replica2")
                .map(name -> Replicas.instance(name, zooKeeper.connectString(), SESSION, LEASE)));
        cli = ZkCli.connect(zooKeeper.connectString());
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
        replicas.awaitMaster();
        replicas.assertCalmLogs();
    }

    @AfterAll
    void close() {
        if (cli != null) {
            cli.close();
        }
        if (replicas != null) {
            replicas.close();
        }
        zooKeeper.close();
    }

    @Test
    void theMastersNodeDeletedIsMadeAnewByTheMaster() {
        long epoch = master.epoch();
        LogExcerpt log = LogExcerpt.of(master);
        long began = System.nanoTime();
        cli.send("delete /master");

        Tenure next = history.awaitMasterAfter(epoch);

        print("the deletion of /master to the next epoch", began, next.firstReceived());
        assertThat(next.instance()).isEqualTo(master.name());
        assertThat(replicas.awaitMaster()).isSameAs(master);
        log.awaitLine("Still MASTER: master 127.0.0.1:" + master.port() + ", epoch " + next.epoch());
        history.assertOneAtATime();
        assertThat(history.report().changes()).isEqualTo(1);
        assertThat(history.answers())
                .filteredOn(answer -> answer.instance().equals(master.name()))
                .allMatch(answer -> answer.role().equals("MASTER"));
    }

    @Test
    void theMastersNodeEditedIsPutRight() {
        long epoch = master.epoch();
        cli.send("set /master nonsense");
        await().atMost(PATIENCE)
                .until(() -> cli.send("get /master").awaitOutput("\n").contains("127.0.0.1:" + master.port()));

        assertThat(replicas.awaitMaster()).isSameAs(master);
        assertThat(standby.master()).isEqualTo("127.0.0.1:" + master.port());
        assertThat(master.epoch()).isEqualTo(epoch);
        assertThat(history.answers())
                .allMatch(answer -> answer.status() == 200 && answer.master().equals("127.0.0.1:" + master.port()));
        history.assertOneAtATime();
    }

    @Test
    void theLeaseIsGuardedAgainstAPlainDelete() {
        assertThat(cli.send("delete /master-lease").awaitOutput("Node not empty"))
                .contains("/master-lease");

        assertThat(replicas.awaitMaster()).isSameAs(master);
        assertThat(history.report().masters()).hasSize(1);
    }

    @Test
    void theLeaseDeletedWithItsGuardIsMadeAnewAndOneIsMasterAgain() {
        long epoch = master.epoch();
        LogExcerpt log = LogExcerpt.of(master);
        LogExcerpt otherLog = LogExcerpt.of(standby);
        long began = System.nanoTime();
        cli.send("deleteall /master-lease");

        Tenure next = history.awaitMasterAfter(epoch);
        replicas.awaitMaster();

        print("the deletion of /master-lease to the next MASTER", began, next.firstReceived());
        assertThat(log.lines("lease node was deleted").size()
                        + otherLog.lines("lease node was deleted").size())
                .isPositive();
        history.assertOneAtATime();
        cli.send("delete /master-lease").awaitOutput("Node not empty");
    }

    @Test
    void aStrangersNodeIsNamedByAllUntilItsEnd() throws Exception {
        long epoch = master.epoch();
        LogExcerpt log = LogExcerpt.of(standby);
        long began = System.nanoTime();
        try (CuratorFramework stranger = CuratorFrameworkFactory.newClient(
                zooKeeper.connectString(), (int) SESSION.toMillis(), 2_000, new RetryOneTime(100))) {
            stranger.start();
            // In one transaction, or the master's own would be there first.
            stranger.transaction()
                    .forOperations(
                            stranger.transactionOp().delete().forPath("/master"),
                            stranger.transactionOp()
                                    .create()
                                    .withMode(CreateMode.EPHEMERAL)
                                    .forPath("/master", STRANGER.getBytes(UTF_8)));

            await().atMost(PATIENCE)
                    .until(() -> replicas.instances().stream()
                            .allMatch(instance -> instance.master().equals(STRANGER)
                                    && instance.role().equals("STANDBY")));
            print("a stranger's node to all that name it", began, System.nanoTime());
            assertThat(standby.get("/actuator/health").statusCode()).isEqualTo(200);
            log.awaitLine("without a lease");
            // It is left alone, beyond the end of every lease.
            Replicas.pass(LEASE.multipliedBy(2));
            assertThat(replicas.instances())
                    .allSatisfy(instance -> assertThat(instance.master()).isEqualTo(STRANGER));
            began = System.nanoTime();
        }

        Tenure next = history.awaitMasterAfter(epoch);
        print("the end of the stranger's session to the next MASTER", began, next.firstReceived());
        replicas.awaitMaster();
        history.assertOneAtATime();
    }

    @Test
    @Tag("nightly")
    @Timeout(240)
    void rubbishInTheLeaseIsSaidAtOnceAndWaitedFor() {
        long epoch = master.epoch();
        LogExcerpt log = LogExcerpt.of(standby);
        long began = System.nanoTime();
        cli.send("set /master-lease rubbish");

        replicas.instances().forEach(instance -> {
            HttpResponse<String> health = await(instance + " is down")
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(PATIENCE)
                    .until(() -> instance.get("/actuator/health"), answer -> answer.statusCode() == 503);
            assertThat(health.body())
                    .containsPattern("the lease record cannot be read; the election goes on in (6[0-9]|7[0-2]) s");
            assertThat(instance.get("/master").statusCode()).isEqualTo(503);
            assertThat(instance.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        });
        print("rubbish in /master-lease to health DOWN", began, System.nanoTime());
        log.awaitLine(" WARN .*The lease record cannot be read; the election goes on in ");

        Tenure next = await("a master of a later epoch")
                .pollInterval(Duration.ofMillis(50))
                .atMost(RUBBISH.plus(PATIENCE))
                .until(
                        () -> history.report().masters().stream()
                                .filter(tenure -> tenure.epoch() > epoch)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        print("rubbish in /master-lease to the next MASTER", began, next.firstReceived());
        assertThat(Duration.ofNanos(next.firstReceived() - began)).isGreaterThanOrEqualTo(RUBBISH);
        replicas.awaitMaster();
        history.assertOneAtATime();
        assertThat(standby.get("/actuator/health").statusCode()).isEqualTo(200);
    }

    private static void print(String what, long began, long ended) {
        System.out.printf("ByHandIT: from %s: %d ms%n", what, (ended - began) / 1_000_000);
    }
}
