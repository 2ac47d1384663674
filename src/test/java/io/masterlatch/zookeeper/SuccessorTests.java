package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.LocalZooKeeper;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing never touches a node that somebody else holds by now, and never takes long. */
class SuccessorTests {

    @RegisterExtension
    final Stage stage = new Stage();

    /** How the network fails. */
    enum Fault {
        CUT(FaultyProxy::cut),
        BLACK_HOLE(FaultyProxy::blackHole),
        HELD(FaultyProxy::hold);

        private final Consumer<FaultyProxy> fault;

        Fault(Consumer<FaultyProxy> fault) {
            this.fault = fault;
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @EnumSource(Fault.class)
    void keepsItsNodeWhenThePredecessorIsClosedWhileCutOff(Fault fault) {
        Candidate predecessor = stage.candidate("a", Stage.SHORT).start().awaitLeading();
        Candidate successor = stage.candidate("b").start().awaitStandbyOf(predecessor);
        fault.fault.accept(predecessor.network());
        successor.awaitLeading();
        LocalZooKeeper.Node node = stage.server().node(Stage.PATH);

        long began = System.nanoTime();
        predecessor.latch().close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        predecessor.network().restore();

        await().during(Duration.ofMillis(500))
                .until(() ->
                        successor.leads() && stage.server().node(Stage.PATH).czxid() == node.czxid());
        successor.awaitCalls("isLeader");
    }

    @StagedTest
    void keepsItsNodeWhenThePredecessorIsClosedAsItComesBack() {
        Candidate predecessor = stage.candidate("a", Stage.SHORT).start().awaitLeading();
        Candidate successor = stage.candidate("b").start().awaitStandbyOf(predecessor);
        predecessor.network().cut();
        successor.awaitLeading();
        LocalZooKeeper.Node node = stage.server().node(Stage.PATH);

        predecessor.network().restore();
        predecessor.latch().close();

        await().during(Duration.ofMillis(500))
                .until(() ->
                        successor.leads() && stage.server().node(Stage.PATH).czxid() == node.czxid());
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @EnumSource(Fault.class)
    void closingTheMasterWhileItIsCutOffIsBoundedAndItsLeadershipOver(Fault fault) {
        Candidate master = stage.candidate("a", Stage.SHORT).start().awaitLeading();
        fault.fault.accept(master.network());

        long began = System.nanoTime();
        master.latch().close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        assertThat(master.leads()).isFalse();
        master.awaitLastCall("notLeader");
    }
}
