package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that no session holds stands in the way of everybody. */
class OwnerlessNodeTests {

    private static final String TTL_NODES = "zookeeper.extendedTypesEnabled";

    @RegisterExtension
    final Stage stage = new Stage();

    @BeforeEach
    void allowTtlNodes() {
        System.setProperty(TTL_NODES, "true");
    }

    @AfterEach
    void forbidTtlNodes() {
        System.clearProperty(TTL_NODES);
    }

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CONTAINER", "PERSISTENT_WITH_TTL"})
    void nobodyIsMasterUntilItIsDeleted(CreateMode mode) throws Exception {
        ZooKeeper person = stage.person();
        create(person, mode);
        Candidate first = stage.candidate("a").start();
        Candidate second = stage.candidate("b").start();

        first.awaitProblem("/master is a persistent node, which no session holds");
        second.awaitProblem("nobody can become master until somebody deletes it");
        assertThat(first.role()).isEqualTo(Role.STANDBY);
        assertThat(first.latch().getLeader()).isEmpty();
        await().during(Duration.ofMillis(200)).until(() -> !first.leads() && !second.leads());
        person.delete(Stage.PATH, -1);

        await().atMost(Stage.PATIENCE).until(() -> first.leads() || second.leads());
        await().until(() -> first.problem().isEmpty() && second.problem().isEmpty());
        assertThat(first.epoch()).isEqualTo(second.epoch());
    }

    @Test
    void theMasterWhoseNodeIsReplacedByOneGivesUp() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        ZooKeeper person = stage.person();
        stage.sampler().forgive();

        person.multi(List.of(
                Op.delete(Stage.PATH, -1), Op.create(Stage.PATH, "a:1".getBytes(), Stage.OPEN, CreateMode.PERSISTENT)));

        master.awaitNotLeading();
        master.awaitProblem("/master is a persistent node");
        assertThat(master.role()).isEqualTo(Role.STANDBY);
        assertThat(master.latch().getLeader()).isEmpty();
        person.delete(Stage.PATH, -1);
        master.awaitLeading();
        master.awaitCalls("isLeader", "notLeader", "isLeader");
    }

    private static void create(ZooKeeper person, CreateMode mode) throws Exception {
        long ttl = mode.isTTL() ? Duration.ofMinutes(1).toMillis() : -1;
        person.create(Stage.PATH, "a:1".getBytes(), Stage.OPEN, mode, new Stat(), ttl);
    }
}
