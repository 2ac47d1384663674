package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Losses of the connection: shorter than the lease, longer than it, and longer than the session. */
class LostConnectionTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void shorterThanTheLeaseChangesNothing() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate standby = stage.candidate("b").start().awaitStandbyOf(master);
        List<MastershipChange> changes = master.changes();
        long epoch = master.epoch();

        master.network().dropConnections();
        standby.network().dropConnections();

        await().until(() -> master.latch().mastership().connection() == Connection.SUSPENDED);
        assertThat(master.leads()).isTrue();
        ReconnectedLease.await(master);
        ReconnectedLease.await(standby);
        assertThat(master.leads()).isTrue();
        assertThat(master.epoch()).isEqualTo(epoch);
        assertThat(master.changes()).isEqualTo(changes);
        assertThat(standby.changes()).hasSize(1);
        master.awaitCalls("isLeader");
    }

    @StagedTest
    void longerThanTheLeaseEndsTheRoleAndNotTheEpoch() {
        Duration timeout = Duration.ofSeconds(4);
        Candidate master = stage.candidate("a", timeout).start().awaitLeading();
        Candidate standby = stage.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();

        master.network().hold();
        long cut = System.nanoTime();
        master.awaitNotLeading();
        Duration lasted = Duration.ofNanos(System.nanoTime() - cut);
        assertThat(master.role()).isEqualTo(Role.UNKNOWN);
        assertThat(master.problem()).isNotEmpty();
        assertThat(standby.role()).isEqualTo(Role.STANDBY);
        assertThat(lasted)
                .isBetween(
                        timeout.multipliedBy(4).dividedBy(10),
                        timeout.multipliedBy(65).dividedBy(100));
        master.network().restore();

        master.awaitLeading();
        assertThat(master.epoch()).isEqualTo(epoch);
        master.awaitCalls("isLeader", "notLeader", "isLeader");
        assertThat(standby.changes()).hasSize(1);
        assertThat(master.changes())
                .anySatisfy(change -> assertThat(change.cause()).contains("the lease ran out"));
    }

    @StagedTest
    void longerThanTheSessionLetsAnotherTakeOver() {
        Candidate master = stage.candidate("a", Stage.SHORT).start().awaitLeading();
        Candidate standby = stage.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();

        master.network().cut();
        master.awaitNotLeading();
        assertThat(master.role()).isEqualTo(Role.UNKNOWN);
        assertThat(master.latch().getLeader()).isEmpty();
        assertThat(standby.leads()).isFalse();
        standby.awaitLeading();
        assertThat(standby.epoch()).isGreaterThan(epoch);
        master.network().restore();

        master.awaitStandbyOf(standby);
        master.awaitLastCall("notLeader");
        standby.awaitCalls("isLeader");
    }

    @StagedTest
    void aStandbyThatIsCutOffCannotTellAndLearnsWhatItMissed() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate standby = stage.candidate("b", Stage.SHORT).start().awaitStandbyOf(master);
        Candidate third = stage.candidate("c").start().awaitStandbyOf(master);

        standby.network().cut();
        standby.awaitRole(Role.UNKNOWN);
        assertThat(standby.latch().getLeader()).isEmpty();
        assertThat(standby.problem()).isEqualTo("no connection to ZooKeeper, and the lease has run out");
        master.latch().close();
        third.awaitLeading();
        standby.network().restore();

        standby.awaitStandbyOf(third);
        assertThat(standby.master()).isEqualTo("c:1");
        assertThat(standby.problem()).isEmpty();
    }
}
