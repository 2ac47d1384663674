package io.masterlatch.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.Master;
import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.ProgramProcess;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.data.Stat;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An election between two processes: one hands over to the other, which is then killed. */
@SuppressWarnings("try") // what is only there, and is closed at the end
class ElectionOnServersIT {

    private static final String PATH = "/service/master";
    private static final String LEASE_PATH = PATH + "-lease";
    private static final String HERE = "here:8080";
    private static final String THERE = "there:8080";
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration LAPSE = LEASE.multipliedBy(12).dividedBy(10);
    // For a busy machine. Still long before the end of the dead process's session, which is 10 s.
    private static final Duration SLACK = Duration.ofSeconds(6);

    @ParameterizedTest
    @MethodSource("io.masterlatch.servers.ServerVersion#all")
    void handsOverAndSucceedsAKilledMasterOnceItsLeaseHasLapsed(ServerVersion version) throws Exception {
        try (VersionedServer server = version.start(version.server("election"));
                CuratorFramework client = Clients.of(server.connectString());
                MasterLatch here = new MasterLatch(client, PATH, HERE, LEASE)) {
            client.start();
            here.start();
            patiently().until(here::hasLeadership);
            long firstEpoch = here.getLeader().orElseThrow().epoch();

            try (ProgramProcess there = ProgramProcess.start(
                    "latch-" + version.number(),
                    LatchProgram.class,
                    server.connectString(),
                    PATH,
                    THERE,
                    Long.toString(LEASE.toMillis()))) {
                patiently()
                        .until(() -> here.candidates().get(60, TimeUnit.SECONDS).size() == 2);

                HandOver handOver = here.handOver(THERE, Duration.ofSeconds(10)).get(60, TimeUnit.SECONDS);
                assertThat(handOver.outcome()).as(handOver.message()).isEqualTo(HandOver.Outcome.HANDED_OVER);
                assertThat(here.hasLeadership()).isFalse();
                Master second = here.getLeader().orElseThrow();
                assertThat(second.address()).isEqualTo(THERE);
                assertThat(second.epoch()).isGreaterThan(firstEpoch);

                // Until this instance knows that it is the first in the queue it looks less often.
                int claimed = leaseStat(client).getVersion();
                patiently().until(() -> leaseStat(client).getVersion() >= claimed + 5);
            }

            // The last record of the killed process.
            Stat last = new Stat();
            LeaseRecord record =
                    LeaseRecord.of(client.getData().storingStatIn(last).forPath(LEASE_PATH));
            assertThat(record.address()).isEqualTo(THERE);

            patiently().until(here::hasLeadership);
            Master third = here.getLeader().orElseThrow();
            assertThat(third.address()).isEqualTo(HERE);
            assertThat(third.epoch()).isGreaterThan(last.getMzxid());
            // Both by the server's clock.
            Duration after = Duration.ofMillis(third.since().toEpochMilli() - last.getMtime());
            System.out.println(
                    version + ": the successor's node comes " + after.toMillis() + " ms after the last renewal");
            assertThat(after).isBetween(LAPSE, LAPSE.plus(SLACK));
        }
    }

    private static Stat leaseStat(CuratorFramework client) throws Exception {
        return client.checkExists().forPath(LEASE_PATH);
    }

    private static ConditionFactory patiently() {
        return await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(60));
    }
}
