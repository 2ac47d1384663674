package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.Map;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Latches that are there before their ZooKeeper. */
class ServerDownAtStartTests {

    private final int port = InstanceSpec.getRandomPort();
    private final MasterLatch first = latch("a:1");
    private final MasterLatch second = latch("b:1");
    private TestingServer server;

    @BeforeEach
    void prepareServer() throws Exception {
        Map<String, Object> local = Map.of("clientPortAddress", "127.0.0.1");
        server = new TestingServer(new InstanceSpec(null, port, -1, -1, true, -1, 500, -1, local), false);
    }

    @AfterEach
    void close() throws Exception {
        first.close();
        second.close();
        server.close();
    }

    @Test
    void theyJoinWhenTheyCan() throws Exception {
        long began = System.nanoTime();
        first.start();
        second.start();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        await().during(Duration.ofMillis(500)).until(() -> isUnknown(first) && isUnknown(second));
        assertThat(first.mastership().problem(System.nanoTime())).contains("no connection to ZooKeeper yet");

        server.start();

        await().atMost(Stage.PATIENCE).until(() -> first.hasLeadership() || second.hasLeadership());
        await().atMost(Stage.PATIENCE)
                .until(() -> first.getLeader().isPresent() && first.getLeader().equals(second.getLeader()));
        assertThat(first.hasLeadership()).isNotEqualTo(second.hasLeadership());
        assertThat(first.mastership().problem(System.nanoTime())).isEmpty();
    }

    @Test
    void theyCanBeClosedThoughTheyNeverConnected() {
        first.start();
        await().during(Duration.ofMillis(200)).until(() -> isUnknown(first));

        long began = System.nanoTime();
        first.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    private static boolean isUnknown(MasterLatch latch) {
        return latch.mastership().role(System.nanoTime()) == Role.UNKNOWN;
    }

    private MasterLatch latch(String address) {
        CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                .connectString("127.0.0.1:" + port)
                .sessionTimeoutMs((int) Stage.SHORT.toMillis())
                .connectionTimeoutMs((int) Stage.SHORT.toMillis())
                .retryPolicy(new RetryForever(100))
                .ensembleTracker(false);
        return new MasterLatch(new CuratorMasterNode(clients, Stage.PATH), address);
    }
}
