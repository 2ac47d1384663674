package io.masterlatch.latch;

import static io.masterlatch.testing.FakeMasterStore.candidate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Master;
import io.masterlatch.latch.HandOver.Outcome;
import io.masterlatch.testing.FakeMasterStore;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every outcome of a hand-over. */
class HandingOverTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final LatchFixture fixture = new LatchFixture();
    private final FakeMasterStore store = fixture.store;
    private final MasterLatch latch = fixture.latch;

    @AfterEach
    void close() {
        store.recover();
        latch.close();
    }

    @Test
    void handedOverToTheFirstInTheQueue() {
        fixture.master();
        queue(candidate("there:1", 1), candidate("there:2", 2));
        CompletableFuture<HandOver> result = latch.handOver(null, LONG);
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(store.record().successor())
                .isEqualTo(candidate("there:1", 1).node().id());

        store.takeOver("there:1");

        assertOutcome(result, Outcome.HANDED_OVER, "there:1 is master", "there:1");
    }

    @Test
    void handedOverWithoutATimeout() {
        fixture.master();
        queue(candidate("there:1", 1));
        CompletableFuture<HandOver> result = latch.handOver(null, ChronoUnit.FOREVER.getDuration());

        store.takeOver("there:1");

        assertOutcome(result, Outcome.HANDED_OVER, "there:1 is master", "there:1");
    }

    @Test
    void handedOverToTheOneThatIsNamed() {
        fixture.master();
        queue(candidate("there:1", 1), candidate("there:2", 2));
        CompletableFuture<HandOver> result = latch.handOver("there:2", LONG);
        assertThat(store.record().successor())
                .isEqualTo(candidate("there:2", 2).node().id());

        store.takeOver("there:2");

        assertOutcome(result, Outcome.HANDED_OVER, "there:2 is master", "there:2");
    }

    @Test
    void afterItTheOldMasterIsAtTheEndOfTheQueue() {
        fixture.master();
        List<String> before = store.queued();
        queue(candidate("there:1", 1));
        latch.handOver(null, LONG);
        store.takeOver("there:1");

        assertThat(store.queued()).hasSize(1).isNotEqualTo(before);
    }

    @Test
    void wonByAnother() {
        fixture.master();
        queue(candidate("there:1", 1), candidate("there:2", 2));
        CompletableFuture<HandOver> result = latch.handOver("there:1", LONG);

        store.takeOver("there:2");

        assertOutcome(
                result,
                Outcome.WON_BY_ANOTHER,
                "The lease was released, and there:2 became master instead of there:1, which did not claim it in time",
                "there:2");
    }

    @Test
    void notMaster() {
        fixture.standby();
        assertOutcome(
                latch.handOver(null, LONG),
                Outcome.NOT_MASTER,
                "This instance is not the master; the master is there:1",
                "there:1");
    }

    @Test
    void notMasterWhereThereIsNoneOrNoneIsKnown() {
        assertOutcome(
                latch.handOver(null, LONG),
                Outcome.NOT_MASTER,
                "This instance is not the master; the master is unknown",
                null);
        latch.withdraw();
        latch.start();
        assertOutcome(
                latch.handOver(null, LONG), Outcome.NOT_MASTER, "This instance is not the master; there is none", null);
    }

    @Test
    void notMasterAnyMoreWhenTheQueueIsRead() {
        fixture.master();
        CompletableFuture<List<Candidate>> reading = new CompletableFuture<>();
        store.candidates(reading);
        CompletableFuture<HandOver> result = latch.handOver(null, LONG);
        store.takeOver("there:1");

        reading.complete(List.of(candidate("there:1", 1)));

        assertOutcome(result, Outcome.NOT_MASTER, "This instance is not the master; the master is there:1", "there:1");
    }

    @Test
    void masterAgainInAnotherEpochWhenTheQueueIsRead() {
        fixture.master();
        CompletableFuture<List<Candidate>> reading = new CompletableFuture<>();
        store.candidates(reading);
        CompletableFuture<HandOver> result = latch.handOver(null, LONG);
        store.deleteNode();

        reading.complete(List.of(candidate("there:1", 1)));

        assertOutcome(
                result,
                Outcome.NOT_MASTER,
                "This instance lost the mastership meanwhile and is master again",
                "here:1");
        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void anotherIsUnderWay() {
        fixture.master();
        CompletableFuture<List<Candidate>> reading = new CompletableFuture<>();
        store.candidates(reading);
        CompletableFuture<HandOver> first = latch.handOver(null, LONG);

        assertOutcome(latch.handOver(null, LONG), Outcome.UNDER_WAY, "Another hand-over is under way", "here:1");

        reading.complete(List.of());
        assertThat(first).succeedsWithin(LONG);
        assertThat(latch.handOver(null, LONG))
                .succeedsWithin(LONG)
                .matches(it -> it.outcome() == Outcome.NO_OTHER_CANDIDATE);
    }

    @Test
    void noOtherCandidate() {
        fixture.master();
        assertOutcome(
                latch.handOver(null, LONG),
                Outcome.NO_OTHER_CANDIDATE,
                "There is no other candidate; nothing was released",
                "here:1");
        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void noOtherCandidateThanItselfAndWhatKilledProcessesHaveLeft() {
        fixture.master();
        CandidateNode own =
                CandidateNode.of(latch.mastership().id() + "-0000000009").orElseThrow();
        queue(candidate("here:1", 1), new Candidate(own, "here:1", null, FakeMasterStore.SINCE, 1));

        assertThat(latch.handOver(null, LONG))
                .succeedsWithin(LONG)
                .matches(it -> it.outcome() == Outcome.NO_OTHER_CANDIDATE);
        assertThat(latch.handOver("there:1", LONG))
                .succeedsWithin(LONG)
                .matches(it -> it.outcome() == Outcome.NO_OTHER_CANDIDATE);
    }

    @Test
    void ofTwoWithOneAddressTheLaterOneIsTheSuccessor() {
        fixture.master();
        queue(candidate("there:1", 1), candidate("there:2", 2), candidate("there:1", 3));
        latch.handOver("there:1", LONG);

        assertThat(store.record().successor())
                .isEqualTo(candidate("there:1", 3).node().id());
    }

    @Test
    void unknownCandidate() {
        fixture.master();
        queue(candidate("there:1", 1), candidate("there:2", 2));

        assertOutcome(
                latch.handOver("there:9", LONG),
                Outcome.UNKNOWN_CANDIDATE,
                "'there:9' is not a candidate; other candidates are there:1, there:2; nothing was released",
                "here:1");
        assertOutcome(
                latch.handOver("here:1", LONG),
                Outcome.UNKNOWN_CANDIDATE,
                "here:1 is this instance, which is the master already; nothing was released",
                "here:1");
        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void timedOutWhenNoneIsSeenToClaimIt() {
        fixture.master();
        queue(candidate("there:1", 1));

        assertOutcome(
                latch.handOver(null, SHORT),
                Outcome.TIMED_OUT,
                "The lease was released, and no other instance claimed it in time",
                null);
    }

    @Test
    void timedOutWhenThisOneIsMasterAgain() {
        fixture.master();
        queue(candidate("there:1", 1));
        CompletableFuture<HandOver> result = latch.handOver(null, LONG);

        fixture.time.advanceMillis(1750);

        assertOutcome(
                result,
                Outcome.TIMED_OUT,
                "The lease was released, but no other instance claimed it: this instance is master again",
                "here:1");
    }

    @Test
    void timedOutWhenTheReleaseIsNotConfirmed() {
        fixture.master();
        queue(candidate("there:1", 1));
        store.fallSilent();
        CompletableFuture<HandOver> result = latch.handOver(null, SHORT);
        fixture.time.advanceMillis(3000);

        assertOutcome(
                result,
                Outcome.TIMED_OUT,
                "ZooKeeper did not confirm the release: this instance is no longer the master, and the lease lapses",
                null);
    }

    @Test
    void stillTheMasterWhenTheReleaseIsNotConfirmedAndTheLeaseIsRenewed() {
        fixture.master();
        long epoch = latch.getLeader().orElseThrow().epoch();
        queue(candidate("there:1", 1));
        store.fallSilent();
        CompletableFuture<HandOver> result = latch.handOver(null, Duration.ofSeconds(2));
        fixture.time.advanceMillis(3000);
        assertThat(latch.hasLeadership()).isFalse();

        store.recover();
        fixture.time.advanceMillis(1000);

        assertOutcome(
                result,
                Outcome.TIMED_OUT,
                "ZooKeeper did not confirm the release: this instance has renewed the lease and is still the master",
                "here:1");
        assertThat(latch.getLeader().orElseThrow().epoch()).isEqualTo(epoch);
    }

    @Test
    void aStoreOfYourOwnThatThrowsHoldsUpNoLaterHandOver() {
        fixture.master();
        store.candidates(new CompletableFuture<>() {
            @Override
            public CompletableFuture<List<Candidate>> copy() {
                throw new IllegalStateException("broken");
            }
        });
        assertOutcome(
                latch.handOver(null, LONG),
                Outcome.UNREACHABLE,
                "ZooKeeper could not be asked: broken; nothing was released",
                null);

        queue();
        assertThat(latch.handOver(null, LONG).join().outcome()).isEqualTo(Outcome.NO_OTHER_CANDIDATE);
    }

    @Test
    void unreachable() {
        fixture.master();
        store.candidates(CompletableFuture.failedFuture(new IOException("CONNECTIONLOSS")));
        assertOutcome(
                latch.handOver(null, LONG),
                Outcome.UNREACHABLE,
                "ZooKeeper could not be asked: CONNECTIONLOSS; nothing was released",
                null);

        store.candidates(new CompletableFuture<>());
        assertOutcome(
                latch.handOver(null, SHORT),
                Outcome.UNREACHABLE,
                "ZooKeeper did not answer within 50 ms; nothing was released",
                null);

        store.cutOff();
        assertOutcome(
                latch.handOver(null, LONG),
                Outcome.UNREACHABLE,
                "ZooKeeper could not be asked: there is no connection to ZooKeeper; nothing was released",
                null);
        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void closedMeanwhile() {
        fixture.master();
        queue(candidate("there:1", 1));
        CompletableFuture<HandOver> result = latch.handOver(null, LONG);

        latch.close();

        assertOutcome(
                result,
                Outcome.CLOSED,
                "This instance was stopped meanwhile and is no longer the master; ask another instance",
                null);
    }

    @Test
    void cancellingItDoesNotEndIt() {
        fixture.master();
        queue(candidate("there:1", 1));
        latch.handOver(null, LONG).cancel(true);
        store.takeOver("there:1");
        store.change(FakeMasterStore.noMaster());
        assertThat(latch.hasLeadership()).isTrue();

        // Not UNDER_WAY any more: the first one comes to its end.
        await().until(() -> !latch.handOver(null, LONG).isDone());
        assertThat(latch.hasLeadership()).isFalse();
    }

    private void queue(Candidate... candidates) {
        store.candidates(List.of(candidates));
    }

    private static void assertOutcome(
            CompletableFuture<HandOver> result, Outcome outcome, String message, @Nullable String master) {
        assertThat(result).succeedsWithin(LONG).satisfies(handOver -> {
            assertThat(handOver.outcome()).isEqualTo(outcome);
            assertThat(handOver.message()).isEqualTo(message);
            assertThat(Optional.ofNullable(handOver.master()).map(Master::address))
                    .isEqualTo(Optional.ofNullable(master));
        });
    }
}
