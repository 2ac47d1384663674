package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.OTHER_ID;
import static io.masterlatch.election.ElectionDriver.SELF;
import static io.masterlatch.election.ElectionDriver.SESSION;
import static io.masterlatch.election.ElectionDriver.id;
import static io.masterlatch.election.ElectionDriver.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Reply.Failed;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stop, withdrawal and hand-over. The lease is 3000 ms. */
class ReleaseTests {

    private static final Event STOP = new Event.Stop(1, "it was closed");
    private static final Event WITHDRAW = new Event.Withdraw(2, "withdrawn");

    private final ElectionDriver driver = new ElectionDriver();

    @Nested
    class Of {

        @Test
        void theMasterEndsItsLeaseBeforeAnythingIsSent() {
            driver.master().changes();
            driver.on(WITHDRAW);

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.snapshot().lease()).isNull();
            assertThat(driver.changes())
                    .singleElement()
                    .asString()
                    .startsWith("MASTER -> ")
                    .endsWith(": withdrawn");
            driver.expect(Request.Release.class);
        }

        @Test
        void theMasterWritesTheRecordDeletesItsNodeAndLeavesTheQueue() {
            driver.master();
            String candidate = driver.queue.get(0).name();
            driver.on(WITHDRAW);

            Request.Release release = driver.expect(Request.Release.class);

            assertThat(release.record())
                    .isEqualTo(LeaseRecord.released(release.record().nonce(), SELF, null));
            assertThat(release.version()).isEqualTo(driver.lease.version());
            assertThat(release.nodeVersion()).isEqualTo(driver.node.version());
            assertThat(release.candidate()).isEqualTo(candidate);
            driver.granted().settle();
            assertThat(driver.finished).containsExactly(ReleaseOutcome.RELEASED);
            assertThat(driver.queue).isEmpty();
        }

        @Test
        void theMasterWithoutANodeReleasesTheRecordAlone() {
            driver.renewing().without().granted();
            driver.expect(Request.Claim.class);
            driver.fail(Failed.Kind.NODE_CHANGED).on(WITHDRAW).look();

            assertThat(driver.expect(Request.Release.class).nodeVersion()).isNull();
        }

        @Test
        void aStandbyWithoutAConnectionLeavesTheQueueLater() {
            driver.standby();
            driver.disconnect().on(WITHDRAW).settle();
            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
            assertThat(driver.queue).isNotEmpty();

            driver.connect().settle();

            assertThat(driver.queue).isEmpty();
            assertThat(driver.role()).isEqualTo(Role.OBSERVER);
        }

        @Test
        void aDepartureWithoutAReplyIsRepeatedAfterAPause() {
            driver.standby();
            driver.on(WITHDRAW);
            driver.expect(Request.LeaveQueue.class);
            driver.fail(Failed.Kind.UNANSWERED).expectNothing();

            driver.until(Request.LeaveQueue.class);
            driver.granted().settle();

            assertThat(driver.queue).isEmpty();
        }

        @Test
        void aNodeOfARequestToJoinWithoutAReplyIsFoundAndLeft() {
            driver.start().connect();
            driver.until(Request.JoinQueue.class);
            driver.execute(driver.pending().request());
            driver.disconnect().on(WITHDRAW).settle();
            assertThat(driver.queue).hasSize(1);

            driver.connect().run(1000);

            assertThat(driver.queue).isEmpty();
            assertThat(driver.requests()).containsSubsequence("ReadQueue", "LeaveQueue");
        }

        @Test
        void theMasterWithoutAConnectionReleasesTheLeaseLater() {
            driver.master();
            driver.disconnect().on(WITHDRAW).run(3000);
            assertThat(driver.finished).containsExactly(ReleaseOutcome.UNCONFIRMED);

            driver.connect().settle();

            assertThat(driver.lease.record().isReleased()).isTrue();
            assertThat(driver.node).isNull();
            assertThat(driver.queue).isEmpty();
            assertThat(driver.role()).isEqualTo(Role.OBSERVER);
        }

        @Test
        void aStandbyLeavesTheQueueOnly() {
            driver.standby().requests();
            driver.on(WITHDRAW).settle();

            assertThat(driver.requests()).startsWith("LeaveQueue").doesNotContain("Release");
            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
            assertThat(driver.role()).isEqualTo(Role.OBSERVER);
            assertThat(driver.queue).isEmpty();
        }

        @Test
        void anObserverHasNothingToDo() {
            ElectionDriver observer = new ElectionDriver(false, ElectionDriver.L);
            observer.standby().requests();
            observer.on(STOP).expectNothing();

            assertThat(observer.requests()).isEmpty();
            assertThat(observer.finished).containsExactly(ReleaseOutcome.NOT_HELD);
        }

        @Test
        void anInstanceWithoutAConnectionThatHoldsNothingIsDoneAtOnce() {
            driver.start().on(STOP).expectNothing();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
            assertThat(driver.snapshot().connection()).isEqualTo(Connection.CLOSED);
        }
    }

    @Nested
    class WhenAnswered {

        private void releasing() {
            driver.master().on(WITHDRAW);
            driver.expect(Request.Release.class);
        }

        @Test
        void okItIsDone() {
            releasing();
            driver.granted().settle();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.RELEASED);
            assertThat(driver.role()).isEqualTo(Role.OBSERVER);
            assertThat(driver.vacancy()).isEqualTo("self:1 released the lease");
        }

        @ParameterizedTest
        @EnumSource(
                value = Failed.Kind.class,
                names = {"CONFLICT", "NODE_CHANGED"})
        void badVersionOrAnotherNodeItLooksAndRepeatsWithWhatItSaw(Failed.Kind kind) {
            releasing();
            driver.without().fail(kind).look();

            assertThat(driver.expect(Request.Release.class).nodeVersion()).isNull();
            assertThat(driver.finished).isEmpty();
        }

        @Test
        void badVersionAndTheRecordIsAnothersItIsDone() {
            releasing();
            driver.claimedByOther(ElectionDriver.L)
                    .fail(Failed.Kind.CONFLICT)
                    .look()
                    .settle();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
            assertThat(driver.requests()).filteredOn("Release"::equals).hasSize(1);
        }

        @Test
        void noLeaseNodeItIsDone() {
            releasing();
            driver.lease = null;
            driver.without().fail(Failed.Kind.NO_LEASE).look().settle();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
        }

        @Test
        void refusedItIsLeftToTheLapse() {
            releasing();
            long began = driver.millis();
            driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH"));
            assertThat(driver.finished).isEmpty();
            driver.run(2999);
            assertThat(driver.finished).isEmpty();
            driver.run(1);

            assertThat(driver.millis()).isEqualTo(began + 3000);
            assertThat(driver.finished).containsExactly(ReleaseOutcome.UNCONFIRMED);
        }

        @Test
        void unansweredAndNotDoneItLooksAfterATwentiethAndRepeats() {
            releasing();
            driver.fail(Failed.Kind.UNANSWERED);
            long failed = driver.millis();
            driver.until(Request.Look.class);
            assertThat(driver.millis()).isEqualTo(failed + 150);

            driver.granted().expect(Request.Release.class);
            driver.granted().settle();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.RELEASED);
        }

        /** Another's record may have the version that this instance knows, when ZooKeeper's data was restored. */
        @Test
        void notAtAllBeforeAReconnectItLooksFirst() {
            driver.master().disconnect().on(WITHDRAW).expectNothing();
            driver.connect().expect(Request.Look.class);
            driver.granted().expect(Request.Release.class);

            driver.granted().settle();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.RELEASED);
        }

        @Test
        void unansweredButDoneItIsNotHeldAnyMore() {
            releasing();
            driver.execute(driver.pending().request());
            driver.fail(Failed.Kind.UNANSWERED);
            driver.until(Request.Look.class);
            driver.granted().settle();

            assertThat(driver.requests()).filteredOn("Release"::equals).hasSize(1);
            assertThat(driver.finished).hasSize(1).doesNotContain(ReleaseOutcome.UNCONFIRMED);
        }

        @Test
        void neverTheRestIsLeftToTheLapseAfterALeaseInAll() {
            releasing();
            driver.pause(2999).expectNothing();
            assertThat(driver.finished).isEmpty();
            driver.pause(1).next();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.UNCONFIRMED);
        }
    }

    @Nested
    class WithAWriteOutstanding {

        @Test
        void thatIsAwaitedForAFifthOfALease() {
            driver.renewing().on(WITHDRAW).pause(599).expectNothing();
            assertThat(driver.finished).isEmpty();
            driver.pause(1);

            // Timed out, and looked for.
            driver.until(Request.Look.class);
        }

        @Test
        void itsReplyExtendsNothingAndIsFollowedByTheRelease() {
            driver.renewing().on(WITHDRAW).pause(100).granted();

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.snapshot().lease()).isNull();
            assertThat(driver.expect(Request.Release.class).version()).isEqualTo(driver.lease.version());
        }

        @Test
        void aClaimThatIsAnsweredMeanwhileIsReleased() {
            driver.start().connect();
            driver.until(Request.Claim.class);
            driver.on(WITHDRAW).granted();

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.expect(Request.Release.class).nodeVersion()).isEqualTo(1);
            driver.granted().settle();
            assertThat(driver.finished).containsExactly(ReleaseOutcome.RELEASED);
            assertThat(driver.node).isNull();
        }

        @Test
        void itsLateReplyAfterItTimedOutExtendsNothing() {
            driver.renewing();
            Action.Send renewal = driver.pending();
            driver.on(WITHDRAW).pause(600).expectNothing();

            driver.answer(renewal, driver.execute(renewal.request()));

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            driver.until(Request.Release.class);
            driver.granted().settle();
            assertThat(driver.finished).containsExactly(ReleaseOutcome.RELEASED);
        }

        @Test
        void aLookUnderWayIsNotAwaited() {
            driver.master().on(new Event.NodeChanged());
            driver.expect(Request.Look.class);
            driver.on(WITHDRAW);

            driver.expect(Request.Release.class);
        }

        @Test
        void aCandidateNodeThatIsMadeMeanwhileIsDeleted() {
            driver.claimedByOther(ElectionDriver.L).start().connect();
            driver.until(Request.JoinQueue.class);
            driver.on(WITHDRAW).granted().settle();

            assertThat(driver.queue).isEmpty();
            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
        }
    }

    @Nested
    class AStop {

        @Test
        void endsInTheClosedState() {
            driver.master().changes();
            driver.on(STOP);
            driver.expect(Request.Release.class);
            driver.granted().settle();

            assertThat(driver.snapshot().connection()).isEqualTo(Connection.CLOSED);
            assertThat(driver.role()).isEqualTo(Role.UNKNOWN);
            assertThat(driver.changes()).last().asString().endsWith(": it was closed");
            assertThat(driver.requests()).endsWith("Release");
            assertThat(driver.queue).isEmpty();
        }

        @Test
        void isFollowedByAStartUnderAnotherId() {
            driver.master();
            String id = driver.id();
            driver.on(STOP).settle().start().connect().settle();

            assertThat(driver.id()).isNotEqualTo(id);
            assertThat(driver.role()).isEqualTo(Role.MASTER);
        }

        @Test
        void duringAWithdrawalEndsThatAsUnconfirmed() {
            driver.master().on(WITHDRAW);
            driver.expect(Request.Release.class);
            driver.on(STOP).next();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.UNCONFIRMED);
        }
    }

    @Nested
    class AWithdrawal {

        @Test
        void isFollowedByObserving() {
            driver.master().on(WITHDRAW).settle().requests();
            driver.run(10_000);

            assertThat(driver.requests()).containsOnly("Look");
            assertThat(driver.role()).isEqualTo(Role.OBSERVER);
        }

        @Test
        void endsWithAJoinAtTheEndOfTheQueue() {
            driver.master().on(WITHDRAW).settle().queued(id(1));
            driver.on(new Event.Join("a candidate again")).settle();

            assertThat(driver.queue).hasSize(2);
            assertThat(driver.queue.get(1).id()).isEqualTo(driver.id());
            driver.until(Request.Claim.class);
        }

        @Test
        void ofWhatIsNotHeldRemovesTheOwnLeftoverOfAFreeRecord() {
            ElectionDriver observer = new ElectionDriver(false, ElectionDriver.L);
            observer.node = node(900, SESSION.id(), SELF);
            observer.start().connect().look().look();

            assertThat(observer.expect(Request.RemoveLeftover.class))
                    .isEqualTo(new Request.RemoveLeftover(observer.lease.version(), 1));
        }

        @Test
        void leavesALeftoverWhileAnothersLeaseRuns() {
            ElectionDriver observer = new ElectionDriver(false, ElectionDriver.L);
            observer.claimedByOther(ElectionDriver.L);
            observer.node = node(900, SESSION.id(), SELF);
            observer.start().connect();
            long seen = observer.millis();

            observer.until(Request.RemoveLeftover.class);

            assertThat(observer.millis()).isBetween(seen + 3600, seen + 3600 + 1500);
        }
    }

    @Nested
    class AHandOver {

        private Event to(String id) {
            return new Event.HandOver(3, driver.namedMaster().epoch(), "handed over", id, Duration.ofSeconds(10));
        }

        @Test
        void isAReleaseForTheCandidateThatKeepsThePlaceForNow() {
            driver.master();
            driver.on(to(OTHER_ID));

            Request.Release release = driver.expect(Request.Release.class);

            assertThat(release.record().successor()).isEqualTo(OTHER_ID);
            assertThat(release.candidate()).isNull();
            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
        }

        @Test
        void isFollowedByOneTransactionToTheEndOfTheQueue() {
            driver.master().queued(OTHER_ID);
            String place = driver.queue.get(0).name();
            driver.on(to(OTHER_ID));
            driver.expect(Request.Release.class);
            driver.granted();
            assertThat(driver.until(Request.JoinQueue.class).former()).isEqualTo(place);
            driver.granted().settle();
            assertThat(driver.finished).containsExactly(ReleaseOutcome.RELEASED);

            assertThat(driver.queue).extracting(CandidateNode::id).containsExactly(OTHER_ID, driver.id());
        }

        @Test
        void leavesTheLeaseToTheSuccessorForHalfALeaseAnd250Ms() {
            driver.master().queued(OTHER_ID).on(to(OTHER_ID));
            driver.expect(Request.Release.class);
            driver.granted();
            long released = driver.millis();

            driver.until(Request.Claim.class);

            // Behind the successor in the queue.
            assertThat(driver.millis()).isEqualTo(released + 1750 + 250);
        }

        @Test
        void doesNotClaimForTwoSecondsWhileItsPlaceIsNotThere() {
            driver.master().queued(OTHER_ID).on(to(OTHER_ID));
            driver.expect(Request.Release.class);
            driver.granted();
            long released = driver.millis();
            driver.until(Request.JoinQueue.class);
            driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH"));

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(released + 2000);
        }

        @Test
        void ofAnotherEpochReleasesNothing() {
            driver.master()
                    .on(new Event.HandOver(3, 1, "handed over", OTHER_ID, Duration.ofSeconds(10)))
                    .expectNothing();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
            assertThat(driver.role()).isEqualTo(Role.MASTER);
        }

        @Test
        void ofAStandbyReleasesNothing() {
            driver.standby().on(to(OTHER_ID)).expectNothing();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.NOT_HELD);
        }

        @Test
        void thatIsNeverAnsweredIsLeftToTheLapseAfterALease() {
            driver.master().on(to(OTHER_ID));
            driver.expect(Request.Release.class);
            driver.pause(3000).next();

            assertThat(driver.finished).containsExactly(ReleaseOutcome.UNCONFIRMED);
            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
        }
    }
}
