package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that ZooKeeper ends in the midst of a good connection: nobody can know of that beforehand. */
class ExpiredSessionTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
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

    @StagedTest
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

    @StagedTest
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

    /**
     * Curator gives a session up that has been cut off for its whole timeout, and replaces its handle: that can take a while,
     * and must come to nothing for a latch that is closed meanwhile.
     */
    @StagedTest
    void closingWhenTheSessionIsGivenUpLeavesNothingBehind() {
        List<Candidate> candidates = Stream.of("a", "b", "c", "d", "e", "f", "g", "h")
                .map(host -> stage.candidate(host, Stage.SHORT).start())
                .toList();
        await().until(() -> candidates.stream().allMatch(candidate -> candidate.epoch() > 0));

        candidates.forEach(candidate -> candidate.network().cut());

        long closing = System.nanoTime() + Stage.SHORT.plusMillis(150).toNanos();
        List<Thread> closers = candidates.stream()
                .map(candidate -> new Thread(candidate.latch()::close))
                .toList();
        await().pollInterval(Duration.ofMillis(1)).until(() -> System.nanoTime() - closing > 0);
        closers.forEach(Thread::start);
        await().until(() -> closers.stream().noneMatch(Thread::isAlive));
    }
}
