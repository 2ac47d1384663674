package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.testing.LocalZooKeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One of several is master; the next takes over at once. */
class OneMasterTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void theMasterHoldsAnEphemeralNodeWithItsPlainAddress() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();

        Stat stat = new Stat();
        byte[] data = stage.person().getData(Stage.PATH, false, stat);

        assertThat(new String(data, UTF_8)).isEqualTo("a:1");
        assertThat(stat.getEphemeralOwner()).isEqualTo(master.session());
        assertThat(stat.getCzxid()).isEqualTo(master.epoch());
        assertThat(master.latch().getLeader().orElseThrow().since()).hasToString(instant(stat.getCtime()));
        assertThat(master.latch().mastership().session().timeout()).isEqualTo(Stage.LONG);
        assertThat(master.problem()).isEmpty();
        assertThat(master.warning()).isEmpty();
    }

    @StagedTest
    void theOthersStandByAndKnowIt() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate second = stage.candidate("b").start().awaitStandbyOf(master);
        Candidate third = stage.candidate("c").start().awaitStandbyOf(master);

        assertThat(second.latch().getLeader()).isEqualTo(master.latch().getLeader());
        assertThat(third.latch().getLeader()).isEqualTo(master.latch().getLeader());
        assertThat(second.problem() + second.warning()).isEmpty();
        assertThat(second.calls()).isEmpty();
        assertThat(second.changes())
                .singleElement()
                .extracting(MastershipChange::to)
                .isEqualTo(Role.STANDBY);
    }

    @StagedTest
    void whoWasMadeMasterStaysItOverManyProofs() {
        Duration timeout = Duration.ofSeconds(4);
        Candidate master = stage.candidate("a", timeout).start().awaitLeading();
        Candidate standby = stage.candidate("b", timeout).start().awaitStandbyOf(master);

        await().during(timeout.dividedBy(2).plusMillis(700))
                .atMost(Stage.PATIENCE)
                .until(() -> master.leads() && standby.role() == Role.STANDBY);

        master.awaitCalls("isLeader");
        assertThat(standby.changes()).hasSize(1);
    }

    @StagedTest
    void handsOverManyTimesQuicklyAndWithRisingEpochs() {
        List<Candidate> candidates = new ArrayList<>();
        for (String host : List.of("a", "b", "c")) {
            candidates.add(stage.candidate(host).start());
        }
        List<Duration> times = new ArrayList<>();
        long epoch = 0;
        for (int handOver = 1; handOver <= 12; handOver++) {
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> candidates.stream().anyMatch(Candidate::leads));
            Candidate master =
                    candidates.stream().filter(Candidate::leads).findFirst().orElseThrow();
            assertThat(master.epoch()).isGreaterThan(epoch);
            epoch = master.epoch();
            candidates.stream().filter(other -> other != master).forEach(other -> other.awaitStandbyOf(master));

            long began = System.nanoTime();
            master.latch().close();
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> candidates.stream().anyMatch(Candidate::leads));
            times.add(Duration.ofNanos(System.nanoTime() - began));
            master.start();
        }
        times.sort(null);
        assertThat(times.get(times.size() / 2)).as("the median of %s", times).isLessThan(Duration.ofMillis(250));
    }

    @StagedTest
    void closingEndsTheSession() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        assertThat(stage.server().sessions()).isEqualTo(1);

        master.latch().close();

        assertThat(stage.server().sessions()).isZero();
        assertThat(stage.server().node(Stage.PATH))
                .extracting(LocalZooKeeper.Node::czxid)
                .isEqualTo(0L);
    }

    @StagedTest
    void anObserverNeverClaimsAndSeesEveryMaster() {
        Candidate observer = stage.observer("o", Stage.LONG).start().awaitRole(Role.OBSERVER);
        await().during(Duration.ofMillis(300))
                .until(() -> observer.role() == Role.OBSERVER
                        && stage.server().node(Stage.PATH).czxid() == 0);

        Candidate master = stage.candidate("a").start().awaitLeading();
        await().until(() -> observer.epoch() == master.epoch());
        assertThat(observer.master()).isEqualTo("a:1");
        Candidate next = stage.candidate("b").start().awaitStandbyOf(master);
        master.latch().close();
        next.awaitLeading();
        await().until(() -> observer.epoch() == next.epoch());
        next.latch().close();
        await().until(() -> observer.epoch() == 0);

        assertThat(observer.role()).isEqualTo(Role.OBSERVER);
        assertThat(observer.calls()).isEmpty();
        assertThat(stage.server().node(Stage.PATH).czxid()).isZero();
    }

    @StagedTest
    void anObserverReportsThatNobodyIsMasterForLong() {
        Candidate observer = stage.observer("o", Stage.SHORT).start().awaitRole(Role.OBSERVER);
        assertThat(observer.problem()).isEmpty();

        observer.awaitProblem("there has been no master for longer than the session timeout");
    }

    private static String instant(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
