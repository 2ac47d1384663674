package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that ZooKeeper ends in the midst of a good connection: nobody can know of that beforehand. */
class ExpiredSessionTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @Test
    void theMasterStandsAgainInANewSession() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        long session = master.session();
        long epoch = master.epoch();
        stage.sampler().forgive();

        stage.server().expire(session);

        await().atMost(Stage.PATIENCE).until(() -> master.leads() && master.epoch() > epoch);
        assertThat(master.session()).isNotEqualTo(session);
        master.awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @Test
    void aStandbyTakesOverAndTheMasterStandsBy() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate standby = stage.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();
        stage.sampler().forgive();

        stage.server().expire(master.session());

        standby.awaitLeading();
        assertThat(standby.epoch()).isGreaterThan(epoch);
        master.awaitStandbyOf(standby);
        master.awaitCalls("isLeader", "notLeader");
    }

    @Test
    void aStandbyStandsByAgain() {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate standby = stage.candidate("b").start().awaitStandbyOf(master);
        long session = standby.session();

        stage.server().expire(session);

        await().atMost(Stage.PATIENCE).until(() -> standby.role() == Role.STANDBY && standby.session() != session);
        standby.awaitStandbyOf(master);
        master.awaitCalls("isLeader");
        assertThat(standby.calls()).isEmpty();
    }

    @Test
    void manyInARowDoNoHarm() {
        Candidate master = stage.candidate("a").start();
        stage.sampler().forgive();
        for (int round = 1; round <= 3; round++) {
            master.awaitLeading();
            long epoch = master.epoch();
            stage.server().expire(master.session());
            await().atMost(Stage.PATIENCE).until(() -> master.leads() && master.epoch() > epoch);
        }
        master.awaitCalls("isLeader", "notLeader", "isLeader", "notLeader", "isLeader", "notLeader", "isLeader");
    }
}
