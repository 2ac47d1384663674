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
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;

/** A ZooKeeper that grants one session two timeouts, one after the other. */
@SuppressWarnings("try") // that a ZooKeeper handle may be interrupted as it is closed
class SessionTimeoutIT {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(20);
    // As long as the long timeout allows: it ends after the session that was made with the short one.
    private static final Duration LEASE = LONG.dividedBy(2);

    /**
     * A server keeps of a session the timeout that it had when it was made. After a restart with a larger limit the
     * session lasts longer, as its client learns, and after one more restart as short as in the beginning, which a
     * client that is cut off does not learn.
     */
    @Test
    void aSessionThatEndsEarlierThanItsMasterKnowsMakesNoTwoMasters() {
        try (ZooKeeperProcess zooKeeper = new ZooKeeperProcess("limited").tickTime(TICK)) {
            zooKeeper.with("maxSessionTimeout", SHORT.toMillis()).start().awaitServing();
            try (FaultyProxy one = FaultyProxy.to(zooKeeper.clientPort());
                    FaultyProxy two = FaultyProxy.to(zooKeeper.clientPort());
                    Replicas replicas = Replicas.start(Stream.of(
                            Replicas.instance("replica1", one.connectString(), LONG, LEASE),
                            Replicas.instance("replica2", two.connectString(), LONG, LEASE)))) {
                ServiceProcess master = replicas.awaitMaster();
                ServiceProcess standby = replicas.others(master).get(0);
                assertThat(health(master))
                        .contains("ZooKeeper granted a session timeout of 4000 ms instead of 20000 ms, which shortens"
                                + " the lease from 10000 ms to 2000 ms");
                String session = field(master, "session");

                zooKeeper.stop();
                zooKeeper.with("maxSessionTimeout", LONG.toMillis()).start().awaitServing();
                replicas.awaitMaster();
                await("the longer timeout")
                        .atMost(PATIENCE)
                        .until(() -> replicas.instances().stream()
                                .allMatch(instance ->
                                        field(instance, "leaseSeconds").equals("10.000")));
                assertThat(replicas.awaitMaster()).isSameAs(master);
                assertThat(field(master, "session")).as("the same session").isEqualTo(session);
                assertThat(health(master)).doesNotContain("shortens the lease");
                // The record of the long lease, which a renewal writes, is under way to all.
                Replicas.pass(LEASE.dividedBy(4));

                try (MasterHistory history = replicas.watch()) {
                    long epoch = master.epoch();
                    LogExcerpt log = LogExcerpt.of(standby);
                    (master.name().equals("replica1") ? one : two).blackHole();
                    long began = System.nanoTime();
                    zooKeeper.stop();
                    zooKeeper.start().awaitServing();
                    awaitNoNode(zooKeeper);
                    long gone = System.nanoTime();
                    String role = master.role();

                    Tenure next = history.awaitMasterAfter(epoch);

                    System.out.printf(
                            "SessionTimeoutIT: from the end of the master's network to that of its session %d ms, when"
                                    + " it answers %s, and to the next MASTER %d ms; two masters for %d ms%n",
                            (gone - began) / 1_000_000,
                            role,
                            (next.firstReceived() - began) / 1_000_000,
                            history.report().overlap().toMillis());
                    assertThat(role).as("when its session has ended").isEqualTo("MASTER");
                    assertThat(next.instance()).isEqualTo(standby.name());
                    log.awaitLine(
                            "took over from 127.0.0.1:" + master.port() + ": its lease lapsed and its session ended");
                    one.restore();
                    two.restore();
                    assertThat(replicas.awaitMaster()).isSameAs(standby);
                    history.assertOneAtATime();
                    assertThat(history.report().changes()).isEqualTo(1);
                }
                replicas.assertCalmLogs();
            }
        }
    }

    private static void awaitNoNode(ZooKeeperProcess zooKeeper) {
        try (CuratorFramework client = CuratorFrameworkFactory.newClient(
                zooKeeper.connectString(), (int) SHORT.toMillis(), 2_000, new RetryOneTime(100))) {
            client.start();
            await("the end of the master's session")
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> client.checkExists().forPath("/master") == null);
        }
    }

    private static String health(ServiceProcess instance) {
        return instance.get("/actuator/health").body();
    }

    private static String field(ServiceProcess instance, String name) {
        return health(instance).replaceAll("(?s).*\"" + name + "\":\"?([^\",}]*).*", "$1");
    }
}
