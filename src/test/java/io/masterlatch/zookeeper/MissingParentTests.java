package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Paths of which not every part exists. */
class MissingParentTests {

    private static final String DEEP = "/some/where/deep/master";

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void parentsAreCreatedAndStay() throws Exception {
        Candidate master = deep("a").start().awaitLeading();
        Candidate standby = deep("b").start().awaitStandbyOf(master);

        assertThat(stage.server().node(DEEP).session()).isEqualTo(master.session());
        assertThat(stage.person().exists("/some/where/deep", false).getEphemeralOwner())
                .isZero();
        assertThat(master.problem()).isEmpty();
        master.awaitCalls("isLeader");
        master.latch().close();
        standby.awaitLeading();
    }

    @StagedTest
    void parentsThatWereDeletedAreCreatedAgain() throws Exception {
        Candidate master = deep("a").start().awaitLeading();
        long epoch = master.epoch();
        ZooKeeper person = stage.person();
        stage.sampler().forgive();

        String line = DEEP + "-candidates";
        // Whoever is faster: the master may have joined the line again before all is gone.
        await().ignoreExceptionsInstanceOf(KeeperException.class).until(() -> {
            List<Op> deletions = new ArrayList<>(List.of(Op.delete(DEEP, -1)));
            person.getChildren(line, false).forEach(name -> deletions.add(Op.delete(line + "/" + name, -1)));
            deletions.add(Op.delete(line, -1));
            deletions.add(Op.delete("/some/where/deep", -1));
            person.multi(deletions);
            return true;
        });

        await().atMost(Stage.PATIENCE).until(() -> master.leads() && master.epoch() > epoch);
        assertThat(master.problem()).isEmpty();
    }

    @StagedTest
    void anObserverCreatesNothing() {
        Candidate observer = stage.candidate("o", Stage.LONG, DEEP, false, clients -> clients)
                .start()
                .awaitRole(Role.OBSERVER);

        await().during(Duration.ofMillis(200))
                .until(() -> stage.server().node("/some").czxid() == 0);
        assertThat(observer.problem()).isEmpty();
    }

    @StagedTest
    void aMissingChrootIsNamedAndMissedUntilItIsThere() throws Exception {
        Candidate candidate = chrooted().start();
        candidate.awaitProblem("does the connect string's chroot exist?");
        await().during(Stage.SHORT.dividedBy(2))
                .until(() -> candidate.problem().contains("chroot") && !candidate.leads());

        stage.person().create("/app", null, Stage.OPEN, CreateMode.PERSISTENT);

        candidate.awaitLeading();
        await().until(() -> candidate.problem().isEmpty());
        assertThat(stage.server().node("/app/deep/master").session()).isEqualTo(candidate.session());
    }

    @StagedTest
    void anEphemeralParentIsNamed() throws Exception {
        ZooKeeper person = stage.person();
        person.create("/some", null, Stage.OPEN, CreateMode.EPHEMERAL);
        Candidate candidate = stage.candidate("a", Stage.LONG, "/some/master", true, clients -> clients)
                .start();

        candidate.awaitProblem("the parent of /some/master is an ephemeral node");
        person.close();
        candidate.awaitLeading();
    }

    private Candidate deep(String host) {
        return stage.candidate(host, Stage.LONG, DEEP, true, clients -> clients);
    }

    private Candidate chrooted() {
        // What the candidate calls the node is not what the server calls it.
        stage.sampler().forgive();
        return stage.candidate(
                "a",
                Stage.SHORT,
                "/deep/master",
                true,
                clients -> clients.connectString(clients.getEnsembleProvider().getConnectionString() + "/app"));
    }
}
