package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.LocalZooKeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A claim whose reply or request is lost on the way. */
class LostReplyOfClaimTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void theClaimThatWasCarriedOutCountsOnceItIsProven() {
        Candidate candidate = stage.candidate("a");
        Candidate other = stage.candidate("b");
        CompletableFuture<Void> lost = candidate.network().loseReplyOf(OpCode.create2);

        candidate.start();
        assertThat(lost).succeedsWithin(Duration.ofSeconds(5));
        LocalZooKeeper.Node node = stage.server().node(Stage.PATH);
        assertThat(candidate.leads()).isFalse();
        other.start();

        candidate.awaitLeading();
        assertThat(candidate.epoch()).isEqualTo(node.czxid());
        assertThat(candidate.session()).isEqualTo(node.session());
        other.awaitStandbyOf(candidate);
        candidate.awaitCalls("isLeader");
        assertThat(other.calls()).isEmpty();
    }

    @StagedTest
    void theClaimThatWasNotCarriedOutIsMadeAgain() {
        Candidate candidate = stage.candidate("a");
        CompletableFuture<Void> lost = candidate.network().loseRequestOf(OpCode.create2);

        candidate.start();
        assertThat(lost).succeedsWithin(Duration.ofSeconds(5));
        assertThat(stage.server().node(Stage.PATH).czxid()).isZero();

        candidate.awaitLeading();
        candidate.awaitCalls("isLeader");
    }

    @StagedTest
    void aLostProofIsRepeatedAndCostsNothing() {
        Candidate candidate = stage.candidate("a").start().awaitLeading();
        long epoch = candidate.epoch();
        CompletableFuture<Void> lost = candidate.network().loseReplyOf(OpCode.multi);

        assertThat(lost).succeedsWithin(Duration.ofSeconds(5));
        ReconnectedLease.await(candidate);

        assertThat(candidate.epoch()).isEqualTo(epoch);
        candidate.awaitCalls("isLeader");
    }
}
