package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.masterlatch.election.Role;
import io.masterlatch.testing.FaultyProxy;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks that swallow packets without a word, and so leave connections that look alive. */
class BlackHoleTests {

    @RegisterExtension
    final Stage stage = new Stage();

    /** What no longer reaches ZooKeeper. */
    enum Hole {
        EVERYTHING(FaultyProxy::blackHole),
        REQUESTS(FaultyProxy::swallowRequests);

        private final Consumer<FaultyProxy> fault;

        Hole(Consumer<FaultyProxy> fault) {
            this.fault = fault;
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @EnumSource(Hole.class)
    void theMasterGivesUpBeforeAnotherTakesOver(Hole hole) {
        Candidate master = stage.candidate("a", Stage.SHORT).start().awaitLeading();
        Candidate standby = stage.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();

        hole.fault.accept(master.network());
        long began = System.nanoTime();
        master.awaitNotLeading();
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isGreaterThan(Stage.SHORT.multipliedBy(4).dividedBy(10));
        assertThat(master.role()).isEqualTo(Role.UNKNOWN);
        assertThat(standby.leads()).isFalse();
        standby.awaitLeading();
        assertThat(standby.epoch()).isGreaterThan(epoch);
        master.network().restore();

        master.awaitStandbyOf(standby);
        master.awaitLastCall("notLeader");
        standby.awaitCalls("isLeader");
    }

    /** ZooKeeper hears the master and keeps its session; the master hears nothing and must not count on that. */
    @StagedTest
    void theMasterGivesUpAlsoWhenOnlyRepliesAreSwallowed() {
        Candidate master = stage.candidate("a", Stage.SHORT).start().awaitLeading();

        master.network().swallowReplies();
        master.awaitNotLeading();
        assertThat(master.role()).isEqualTo(Role.UNKNOWN);
        master.network().restore();

        master.awaitLeading();
        master.awaitLastCall("isLeader");
    }

    @StagedTest
    void aStandbyBehindItCannotTell() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate standby = stage.candidate("b", Stage.SHORT).start().awaitStandbyOf(master);

        standby.network().blackHole();
        standby.awaitRole(Role.UNKNOWN);
        assertThat(standby.latch().getLeader()).isEmpty();
        standby.network().restore();

        standby.awaitStandbyOf(master);
    }
}
