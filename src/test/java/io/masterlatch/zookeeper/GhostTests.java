package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Role;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes under the own address that belong to another session. */
class GhostTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void waitsForTheEndOfTheOwnPreviousSession() {
        Candidate killed = stage.candidate("a", Stage.SHORT).start().awaitLeading();
        long ghost = killed.epoch();
        killed.kill();

        Candidate restarted = stage.candidate("a").start().awaitRole(Role.STANDBY);

        assertThat(restarted.leads()).isFalse();
        assertThat(restarted.epoch()).isEqualTo(ghost);
        assertThat(restarted.master()).isEqualTo("a:1");
        assertThat(restarted.warning())
                .contains("this instance's own address a:1")
                .contains("the session of a previous run, which will expire");
        assertThat(restarted.problem()).isEmpty();
        restarted.awaitLeading();
        assertThat(restarted.epoch()).isGreaterThan(ghost);
        assertThat(restarted.warning()).isEmpty();
        restarted.awaitCalls("isLeader");
    }

    @StagedTest
    void namesASecondInstanceUnderTheSameAddressOnceItCannotBeAGhost() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate twin = stage.candidate("a", Stage.SHORT).start().awaitStandbyOf(master);
        assertThat(twin.warning()).contains("the session of a previous run").contains("or another instance");

        twin.awaitWarning("another instance is configured with the same master.address");

        assertThat(twin.warning()).contains("a:1").doesNotContain("previous run");
        assertThat(twin.leads()).isFalse();
        assertThat(twin.epoch()).isEqualTo(master.epoch());
        assertThat(master.warning()).isEmpty();
        assertThat(master.session()).isNotEqualTo(twin.session());
        master.latch().close();
        twin.awaitLeading();
    }
}
