package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of three servers under each fault, seen from outside. */
class ZooKeeperEnsembleTests {

    private final ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(Duration.ofMillis(400));

    @BeforeEach
    void start() {
        ensemble.start();
    }

    @AfterEach
    void stop() {
        ensemble.close();
    }

    @Test
    void aFollowerThatIsCutOffAnswersFromOldDataUntilItMissesItsLeader() {
        ZooKeeperProcess follower = ensemble.followers().get(0);
        try (ZkCli there = ZkCli.connect(follower.connectString());
                ZkCli elsewhere = ZkCli.connect(ensemble.leader().connectString())) {
            elsewhere.send("create /fact old").awaitOutput("Created");
            there.send("sync /").awaitOutput("Sync is OK");

            ensemble.cutOff(follower);
            elsewhere.send("set /fact new");

            assertThat(there.send("get /fact").awaitOutput("old")).contains("old");
            assertThat(elsewhere.send("get /fact").awaitOutput("new")).contains("new");
            await().atMost(Duration.ofSeconds(20)).until(() -> follower.mode().isEmpty());
            assertThat(ensemble.followers()).hasSize(1);

            ensemble.heal();
            follower.awaitServing();
            there.awaitOutput("state:SyncConnected");
            there.send("get /fact").awaitOutput("new");
        }
    }

    @Test
    void aLeaderThatIsCutOffIsReplaced() {
        ZooKeeperProcess old = ensemble.leader();

        ensemble.cutOff(old);

        await().atMost(Duration.ofSeconds(40)).until(() -> old.mode().isEmpty() && ensemble.leader() != old);
        ensemble.heal();
        old.awaitServing();
        assertThat(ensemble.followers()).hasSize(2).contains(old);
    }

    @Test
    void withoutAQuorumNoServerServesUntilOneReturns() {
        ZooKeeperProcess leader = ensemble.leader();
        ZooKeeperProcess follower = ensemble.followers().get(0);

        leader.kill();
        follower.kill();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> ensemble.servers().stream()
                        .allMatch(server -> server.mode().isEmpty()));
        leader.start();
        leader.awaitServing();
        follower.start().awaitServing();
        assertThat(ensemble.followers()).hasSize(2);
    }

    @Test
    void disconnectedServersComeBackAndARollingRestartEndsWithAllServing() {
        ZooKeeperProcess follower = ensemble.followers().get(0);
        ensemble.disconnect(follower);
        await().atMost(Duration.ofSeconds(20)).until(() -> follower.mode().isEmpty());
        ensemble.heal();
        follower.awaitServing();

        ensemble.rollingRestart();

        assertThat(ensemble.leader()).isNotNull();
        assertThat(ensemble.followers()).hasSize(2);
    }
}
