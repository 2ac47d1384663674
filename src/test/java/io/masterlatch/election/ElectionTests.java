package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.JITTER;
import static io.masterlatch.election.ElectionDriver.L;
import static io.masterlatch.election.ElectionDriver.NEXT_SESSION;
import static io.masterlatch.election.ElectionDriver.OTHER;
import static io.masterlatch.election.ElectionDriver.OTHER_ID;
import static io.masterlatch.election.ElectionDriver.SELF;
import static io.masterlatch.election.ElectionDriver.SESSION;
import static io.masterlatch.election.ElectionDriver.id;
import static io.masterlatch.election.ElectionDriver.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.LeaseRecord.Kind;
import io.masterlatch.election.Reply.Failed;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a candidate does, by what it sees and by what it is answered. The lease is 3000 ms. */
class ElectionTests {

    private final ElectionDriver driver = new ElectionDriver();

    @Nested
    class ALookThatSees {

        @Test
        void noLeaseNodeAndNoTraceOfOneHasItCreatedAsReleased() {
            driver.lease = null;
            driver.start().connect().look();

            Request.CreateLease create = driver.expect(Request.CreateLease.class);

            assertThat(create.record().isReleased()).isTrue();
            driver.granted().look();
            assertThat(driver.until(Request.Claim.class).cause()).isEqualTo(TakeOver.VACANT);
        }

        @Test
        void noLeaseNodeWhereThereWasOneHasItCreatedAsALapsingRecordOfTheLongestLease() {
            driver.claimedByOther(Duration.ofSeconds(10)).start().connect().settle();
            driver.lease = null;
            driver.on(new Event.NodeChanged()).look();

            assertThat(driver.expect(Request.CreateLease.class).record())
                    .extracting(LeaseRecord::kind, LeaseRecord::holder, LeaseRecord::length)
                    .containsExactly(Kind.HELD, null, Duration.ofSeconds(10));
        }

        @Test
        void noLeaseNodeButAMasterHasItCreatedAsALapsingRecord() {
            driver.lease = null;
            driver.stranger("stranger:1").start().connect().look();
            driver.look();

            assertThat(driver.expect(Request.CreateLease.class).record().length())
                    .isEqualTo(L);
        }

        @Test
        void aLeaseNodeThatAnotherCreatedMeanwhileIsLookedAt() {
            driver.lease = null;
            driver.start().connect().look();
            driver.expect(Request.CreateLease.class);
            driver.claimedByOther(L).answer(new Reply.Done()).look();

            assertThat(driver.namedMaster().address()).isEqualTo(OTHER);
        }

        @Test
        void itsOwnBoundRecordHasItRenewedEveryFifthOfALease() {
            driver.master();
            long claimed = driver.millis();

            for (int renewal = 1; renewal <= 3; renewal++) {
                Request.Renew renew = driver.until(Request.Renew.class);
                assertThat(driver.millis()).isEqualTo(claimed + renewal * 600);
                assertThat(renew.version()).isEqualTo(driver.lease.version());
                assertThat(renew.record().epoch()).isEqualTo(driver.node.czxid());
                assertThat(renew.record().holder()).isEqualTo(driver.id());
                driver.granted();
            }
            assertThat(driver.role()).isEqualTo(Role.MASTER);
        }

        @Test
        void itsOwnRecordWithTheNodeOfAFormerSessionHasItClaimedDeletingThat() {
            driver.master().changes();
            long epoch = driver.namedMaster().epoch();
            driver.disconnect().connect(NEXT_SESSION).look();

            Request.Claim claim = driver.expect(Request.Claim.class);

            assertThat(claim.cause()).isEqualTo(TakeOver.OWN);
            assertThat(claim.nodeVersion()).isEqualTo(driver.node.version());
            assertThat(driver.role()).isEqualTo(Role.MASTER);
            driver.granted();
            assertThat(driver.namedMaster().epoch()).isGreaterThan(epoch);
            assertThat(driver.changes())
                    .containsExactly("MASTER -> MASTER: claimed its own lease anew: the master's node was deleted,"
                            + " or belonged to a former session");
        }

        @Test
        void itsOwnRecordWithoutANodeHasItClaimed() {
            driver.master().changes();
            driver.without().on(new Event.NodeChanged()).look();

            Request.Claim claim = driver.expect(Request.Claim.class);

            assertThat(claim.cause()).isEqualTo(TakeOver.OWN);
            assertThat(claim.nodeVersion()).isNull();
            assertThat(driver.role()).isEqualTo(Role.MASTER);
            driver.granted();
            assertThat(driver.changes()).hasSize(1).first().asString().startsWith("MASTER -> MASTER: ");
        }

        @Test
        void itsOwnRecordWithTheNodeOfAnotherEndsItAndHasItWait() {
            driver.master().run(60_000).changes();
            driver.stranger("stranger:1").on(new Event.NodeChanged()).look();

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.vacancy()).isEqualTo("the lease of this instance lapsed 0 ms ago");
            assertThat(driver.problem()).isNull();
            assertThat(driver.changes())
                    .containsExactly("MASTER -> STANDBY: the master's node belongs to another session");
            driver.run(20_000);
            assertThat(driver.requests())
                    .filteredOn(name -> name.equals("Claim"))
                    .hasSize(1);
            assertThat(driver.namedMaster().address()).isEqualTo("stranger:1");
        }

        @Test
        void aReleasedRecordHasItClaimedInTurn() {
            driver.start().connect();

            Request.Claim claim = driver.until(Request.Claim.class);

            assertThat(claim.record())
                    .isEqualTo(LeaseRecord.held(driver.id(), claim.record().nonce(), L, 0, SELF));
            assertThat(claim.version()).isEqualTo(driver.lease.version());
            assertThat(claim.nodeVersion()).isNull();
            assertThat(claim.cause()).isEqualTo(TakeOver.RELEASED);
            driver.granted();
            assertThat(driver.changes())
                    .containsExactly(
                            "UNKNOWN -> STANDBY: other:1 released the lease",
                            "STANDBY -> MASTER: took over from other:1: it released the lease");
        }

        @Test
        void aLapsedRecordHasItClaimedDeletingTheBoundNode() {
            driver.standby();
            long seen = driver.millis();

            Request.Claim claim = driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(seen + 3600);
            assertThat(claim.nodeVersion()).isEqualTo(driver.node.version());
            assertThat(claim.cause()).isEqualTo(TakeOver.LAPSED);
            driver.changes();
            driver.granted();
            assertThat(driver.changes()).containsExactly("STANDBY -> MASTER: took over from other:1: its lease lapsed");
        }

        @Test
        void aLapsedRecordWithoutANodeHasItClaimed() {
            driver.standby().without().on(new Event.NodeChanged());

            Request.Claim claim = driver.until(Request.Claim.class);

            assertThat(claim.nodeVersion()).isNull();
            assertThat(claim.cause()).isEqualTo(TakeOver.EXPIRED);
            driver.changes();
            driver.granted();
            assertThat(driver.changes())
                    .containsExactly(
                            "STANDBY -> MASTER: took over from other:1: its lease lapsed and its session ended");
        }

        @Test
        void aRecordThatIsRenewedIsNeverClaimed() {
            driver.standby();
            for (int second = 0; second < 60; second++) {
                driver.run(1000).renewedByOther(L);
            }

            assertThat(driver.requests()).doesNotContain("Claim");
        }

        @Test
        void anotherLengthIsWaitedForByThatLength() {
            driver.claimedByOther(Duration.ofSeconds(10)).start().connect().settle();
            long seen = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(seen + 12_000);
        }

        @Test
        void anUnreadableRecordIsClaimedAfter72Seconds() {
            driver.unreadable().start().connect().settle();
            assertThat(driver.problem()).isEqualTo("the lease record cannot be read; the election goes on in 72 s");
            long seen = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(seen + 72_000);
        }

        @Test
        void aStrangersNodeHasItWait() {
            driver.stranger("stranger:1").start().connect().run(60_000);

            assertThat(driver.requests()).doesNotContain("Claim", "RemoveLeftover");
            driver.without().on(new Event.NodeChanged());
            driver.until(Request.Claim.class);
        }

        @Test
        void aLeftoverOfItsPresentSessionIsDeletedByTheClaim() {
            driver.node = node(900, SESSION.id(), SELF);
            driver.start().connect();

            assertThat(driver.until(Request.Claim.class).nodeVersion()).isEqualTo(1);
        }

        @Test
        void anEditedAddressIsPutBackOnceALease() {
            driver.master().run(10_000);
            driver.node =
                    new MasterNode(driver.node.czxid(), 2, SESSION.id(), ElectionDriver.SINCE, MasterData.of(null));
            driver.on(new Event.NodeChanged()).look();

            assertThat(driver.expect(Request.RestoreAddress.class)).isEqualTo(new Request.RestoreAddress(2, SELF));
            driver.fail(Failed.Kind.NODE_CHANGED).look().requests();
            driver.expectNothing();
            long first = driver.millis();
            driver.until(Request.RestoreAddress.class);
            assertThat(driver.millis()).isBetween(first + 3000, first + 3600);
            assertThat(driver.namedMaster().address()).isEqualTo(SELF);
        }

        @Test
        void aRecordUnderItsIdThatItDidNotWriteIsAClones() {
            driver.master().changes();
            String id = driver.id();
            driver.record(LeaseRecord.held(id, "00000000000000cc", L, driver.node.czxid(), SELF));
            driver.on(new Event.NodeChanged()).look();

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.id()).isNotEqualTo(id);
            assertThat(driver.notices).singleElement().asString().contains("under the id " + id);
            assertThat(driver.changes()).containsExactly("MASTER -> STANDBY: another process uses the same id");
            long seen = driver.millis();
            driver.until(Request.Claim.class);
            assertThat(driver.millis()).isGreaterThanOrEqualTo(seen + 3600);
        }
    }

    @Nested
    class AClaimAnswered {

        private void claiming() {
            driver.start().connect();
            driver.until(Request.Claim.class);
        }

        @Test
        void okMakesItMasterUntilALeaseAfterTheSending() {
            claiming();
            driver.pause(500).granted();

            assertThat(driver.role()).isEqualTo(Role.MASTER);
            assertThat(driver.snapshot().leaseRemaining(driver.now())).isEqualTo(Duration.ofMillis(2500));
        }

        @Test
        void okAfterItsLeaseHasItRenewedAtOnce() {
            claiming();
            Action.Send claim = driver.pending();
            Reply late = driver.execute(claim.request());
            driver.pause(2999).answer(claim, late);
            assertThat(driver.role()).isEqualTo(Role.MASTER);

            ElectionDriver other = new ElectionDriver();
            other.start().connect();
            other.until(Request.Claim.class);
            other.pause(3000).granted();

            assertThat(other.role()).isNotEqualTo(Role.MASTER);
            other.expect(Request.Renew.class);
            other.granted();
            assertThat(other.role()).isEqualTo(Role.MASTER);
        }

        @ParameterizedTest
        @EnumSource(
                value = Failed.Kind.class,
                names = {"CONFLICT", "NO_LEASE", "NODE_CHANGED"})
        void badVersionNoNodeOrNodeExistsHasItLook(Failed.Kind kind) {
            claiming();
            driver.fail(kind);

            assertThat(driver.role()).isEqualTo(Role.STANDBY);
            driver.look();
        }

        @Test
        void refusedIsDownWithTheReasonAndTriedAgainInALease() {
            claiming();
            driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH: no right to create /master"));
            long refused = driver.millis();

            assertThat(driver.problem()).isEqualTo("NOAUTH: no right to create /master");
            driver.until(Request.Claim.class);
            assertThat(driver.millis()).isEqualTo(refused + 3000);
            assertThat(driver.problem()).isEqualTo("NOAUTH: no right to create /master");
            driver.granted();
            assertThat(driver.problem()).isNull();
        }

        @Test
        void refusedAgainAndAgainChangesNoRole() {
            claiming();
            driver.changes();
            for (int attempt = 0; attempt < 20; attempt++) {
                driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH"));
                driver.until(Request.Claim.class);
            }

            assertThat(driver.changes()).isEmpty();
        }

        @Test
        void aRefusedLookIsRepeatedInALease() {
            driver.start().connect();
            driver.expect(Request.Look.class);
            driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH: no right to read /master-lease"));
            long refused = driver.millis();

            assertThat(driver.problem()).isEqualTo("NOAUTH: no right to read /master-lease");
            driver.until(Request.Look.class);
            assertThat(driver.millis()).isEqualTo(refused + 3000);
        }

        @Test
        void unansweredHasItLookAfterATwentiethOfALease() {
            claiming();
            driver.fail(Failed.Kind.UNANSWERED);
            long failed = driver.millis();

            driver.until(Request.Look.class);

            assertThat(driver.millis()).isEqualTo(failed + 150);
        }

        @Test
        void unansweredButDoneIsRecognisedByItsNonceAndRenewed() {
            claiming();
            driver.execute(driver.pending().request());
            driver.fail(Failed.Kind.UNANSWERED);
            driver.until(Request.Look.class);
            driver.granted();

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            driver.expect(Request.Renew.class);
            driver.granted();
            assertThat(driver.role()).isEqualTo(Role.MASTER);
            assertThat(driver.namedMaster().epoch()).isEqualTo(driver.node.czxid());
        }

        @Test
        void neverIsGivenUpAfterALeaseAndALateReplyCountsForNothing() {
            claiming();
            Action.Send claim = driver.pending();
            driver.pause(2999).expectNothing();
            driver.pause(1).expectNothing();
            long givenUp = driver.millis();
            driver.until(Request.Look.class);
            assertThat(driver.millis()).isEqualTo(givenUp + 150);

            driver.answer(claim, driver.execute(claim.request()));

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
        }

        @Test
        void neverIsGivenUpAfterTwoSecondsAtTheEarliest() {
            ElectionDriver quick = new ElectionDriver(true, Duration.ofMillis(500));
            quick.start().connect();
            quick.until(Request.Claim.class);
            long sent = quick.millis();
            quick.requests();

            quick.pause(1999).expectNothing();
            quick.pause(1);
            quick.until(Request.Look.class);

            assertThat(quick.millis()).isEqualTo(sent + 2000 + 25);
        }
    }

    @Nested
    class ARenewalAnswered {

        @Test
        void okWithItsNodeExtendsTheLeaseFromTheSending() {
            driver.renewing().pause(200).granted();

            assertThat(driver.snapshot().leaseRemaining(driver.now())).isEqualTo(Duration.ofMillis(2800));
        }

        @Test
        void okWithoutANodeKeepsTheEndAndClaimsAtOnce() {
            driver.renewing().without().pause(200).granted();

            assertThat(driver.snapshot().leaseRemaining(driver.now())).isEqualTo(Duration.ofMillis(2200));
            assertThat(driver.expect(Request.Claim.class).nodeVersion()).isNull();
        }

        @Test
        void okWithAnothersNodeEndsIt() {
            driver.renewing().stranger("stranger:1").changes();
            driver.granted();

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.changes())
                    .containsExactly("MASTER -> STANDBY: the master's node belongs to another session");
        }

        @Test
        void badVersionEndsItAndHasItLook() {
            driver.renewing().changes();
            driver.claimedByOther(L).fail(Failed.Kind.CONFLICT);

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.changes()).hasSize(1).first().asString().endsWith("another instance replaced the lease");
            driver.look();
            assertThat(driver.namedMaster().address()).isEqualTo(OTHER);
        }

        @Test
        void badVersionAfterAnUnansweredWriteKeepsTheEndAndHasItLook() {
            driver.renewing();
            driver.execute(driver.pending().request());
            driver.fail(Failed.Kind.UNANSWERED);
            // A server that is behind shows the record before.
            LeaseNode written = driver.lease;
            driver.until(Request.Look.class);
            driver.answer(new Reply.Looked(
                    new LeaseNode(
                            1,
                            written.mzxid() - 1,
                            written.version() - 1,
                            LeaseRecord.held(driver.id(), confirmedNonce(), L, 0, SELF)),
                    driver.node,
                    true));
            driver.expect(Request.Renew.class);
            driver.fail(Failed.Kind.CONFLICT);

            assertThat(driver.role()).isEqualTo(Role.MASTER);
            driver.look();
            assertThat(driver.role()).isEqualTo(Role.MASTER);
            driver.expect(Request.Renew.class);
            driver.granted();
            assertThat(driver.role()).isEqualTo(Role.MASTER);
        }

        private String confirmedNonce() {
            return driver.sent.stream()
                    .filter(Request.Claim.class::isInstance)
                    .map(claim -> ((Request.Claim) claim).record().nonce())
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void noLeaseNodeEndsItAndHasItLook() {
            driver.renewing();
            driver.lease = null;
            driver.fail(Failed.Kind.NO_LEASE);

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            driver.look();
            assertThat(driver.expect(Request.CreateLease.class).record().isReleased())
                    .isFalse();
        }

        @Test
        void refusedIsDownWithTheReasonAndTheLeaseRunsOut() {
            driver.renewing();
            driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH: no right to write /master-lease"));

            assertThat(driver.problem()).isEqualTo("NOAUTH: no right to write /master-lease");
            assertThat(driver.role()).isEqualTo(Role.MASTER);
            driver.pause(2400);
            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
        }

        @Test
        void refusedAgainAndAgainEndsTheMastershipOnce() {
            driver.renewing().changes();
            for (int attempt = 0; attempt < 20; attempt++) {
                driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH"));
                driver.until(Request.Renew.class);
            }

            assertThat(driver.changes())
                    .extracting(change -> change.substring(0, change.indexOf(':')))
                    .containsExactly("MASTER -> UNKNOWN", "UNKNOWN -> STANDBY");
        }

        @Test
        void unansweredKeepsTheEndAndHasItLookAfterATwentieth() {
            driver.renewing().pause(100).fail(Failed.Kind.UNANSWERED);
            long failed = driver.millis();

            assertThat(driver.snapshot().leaseRemaining(driver.now())).isEqualTo(Duration.ofMillis(2300));
            driver.until(Request.Look.class);
            assertThat(driver.millis()).isEqualTo(failed + 150);
            driver.granted();
            assertThat(driver.snapshot().leaseRemaining(driver.now())).isEqualTo(Duration.ofMillis(2150));
            driver.expect(Request.Renew.class);
        }

        @Test
        void unansweredIsLookedForAtOnceWhenTheConnectionComesBack() {
            driver.renewing()
                    .fail(Failed.Kind.UNANSWERED)
                    .disconnect()
                    .pause(50)
                    .expectNothing();

            driver.connect();

            assertThat(driver.expect(Request.Look.class).sync()).isTrue();
            driver.granted().expect(Request.Renew.class);
        }

        @Test
        void neverIsGivenUpAndTheLeaseRunsOut() {
            driver.renewing();
            Action.Send renewal = driver.pending();
            driver.pause(2400);
            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            driver.pause(600).expectNothing();

            driver.answer(renewal, driver.execute(renewal.request()));

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
        }
    }

    @Nested
    class Turns {

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 250", "2, 500", "3, 750", "4, 1100", "7, 1100"})
        void eachFurtherOneActsOnALapse250MsLaterAndAtMostASecondPlusARandomTime(int inFront, long turn) {
            queue(inFront);
            driver.standby();
            long seen = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(seen + 3600 + turn);
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 250", "2, 500", "3, 750", "4, 1100"})
        void eachFurtherOneActsOnAReleaseToo(int inFront, long turn) {
            queue(inFront);
            driver.standby().without().released().on(new Event.NodeChanged()).look();
            long seen = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(seen + turn);
        }

        @Test
        void theDeadMastersOwnNodeInFrontCostsNothing() {
            driver.queued(OTHER_ID).standby();
            long seen = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(seen + 3600);
        }

        @Test
        void withoutANodeItIsTheThirdPlusARandomTime() {
            driver.start().connect().look();
            driver.expect(Request.CreateGuard.class);
            driver.granted().expect(Request.JoinQueue.class);
            driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH"));
            long seen = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(seen + 750 + JITTER);
            assertThat(driver.snapshot().warning())
                    .contains("this instance is a candidate without a place in the queue: NOAUTH");
        }

        @Test
        void theNamedCandidateOfAHandOverActsAtOnceWhereverItStands() {
            queue(5);
            driver.standby()
                    .releasedFor(driver.id())
                    .on(new Event.NodeChanged())
                    .look();

            driver.expect(Request.Claim.class);
        }

        @ParameterizedTest
        @CsvSource({"3000, 1750", "500, 1000", "1500, 1000"})
        void theOthersLeaveItASecondOrTheTimeItsLookTakes(long lease, long wait) {
            ElectionDriver other = new ElectionDriver(true, Duration.ofMillis(lease));
            other.standby().releasedFor(OTHER_ID).on(new Event.NodeChanged()).look();
            long seen = other.millis();

            other.until(Request.Claim.class);

            assertThat(other.millis()).isEqualTo(seen + wait);
        }

        @Test
        void afterAnOutageALapsedRecordIsLeftToItsHolderFor1500Ms() {
            driver.standby().disconnect().pause(10_000).connect();
            long back = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(back + 1500);
        }

        @Test
        void afterAnOutageALongLeaseIsLeftToItsHolderForHalfALease() {
            ElectionDriver slow = new ElectionDriver(true, Duration.ofSeconds(5));
            slow.standby().disconnect().pause(20_000).connect();
            long back = slow.millis();

            slow.until(Request.Claim.class);

            assertThat(slow.millis()).isEqualTo(back + 2500);
        }

        @Test
        void afterAnOutageAReleasedRecordIsClaimedAtOnce() {
            driver.standby().disconnect().pause(10_000).without().released().connect();
            long back = driver.millis();

            driver.until(Request.Claim.class);

            assertThat(driver.millis()).isEqualTo(back);
        }

        private void queue(int others) {
            for (int i = 1; i <= others; i++) {
                driver.queued(id(i));
            }
        }
    }

    @Nested
    class TheSameEpochAgain {

        @Test
        void aLateRenewalThatSucceedsIsALossAndAGain() {
            driver.renewing().changes();
            long epoch = driver.namedMaster().epoch();
            Action.Send renewal = driver.pending();
            driver.pause(2500).on(new Event.Tick());
            driver.answer(renewal, driver.execute(renewal.request()));

            assertThat(driver.role()).isEqualTo(Role.MASTER);
            assertThat(driver.namedMaster().epoch()).isEqualTo(epoch);
            assertThat(driver.changes())
                    .containsExactly(
                            "MASTER -> UNKNOWN: the lease ran out",
                            "UNKNOWN -> MASTER: renewed late; epoch " + epoch + " continues");
        }

        @Test
        void alsoWhenNothingRanInBetween() {
            driver.renewing().changes();
            driver.pause(2500).granted();

            assertThat(driver.changes())
                    .extracting(change -> change.substring(0, change.indexOf(':')))
                    .containsExactly("MASTER -> UNKNOWN", "UNKNOWN -> MASTER");
        }

        @Test
        void aMasterThatWasPausedLooksAndRenewsAtOnce() {
            driver.master().pause(5000);

            driver.look().expect(Request.Renew.class);
            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            driver.granted();
            assertThat(driver.role()).isEqualTo(Role.MASTER);
        }

        @Test
        void aSuspendedMachineEndsItAndRenewsAtOnce() {
            driver.master().changes();
            driver.pause(10).suspend(301).on(new Event.Tick());

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            assertThat(driver.changes())
                    .containsExactly("MASTER -> UNKNOWN: the wall clock ran ahead by 301 ms:"
                            + " the machine was suspended, or its clock was set");
            driver.expect(Request.Renew.class);
            driver.granted();
            assertThat(driver.role()).isEqualTo(Role.MASTER);
        }
    }

    @Nested
    class TheLeaseInForce {

        @Test
        void isHalfTheSessionTimeoutAtTheMostWithAWarning() {
            driver.start().connect(new Session(1, Duration.ofSeconds(4))).settle();

            assertThat(driver.snapshot().leaseLength()).isEqualTo(Duration.ofSeconds(2));
            assertThat(driver.snapshot().leaseRemaining(driver.now())).isEqualTo(Duration.ofSeconds(2));
            assertThat(driver.snapshot().warning())
                    .contains("ZooKeeper granted a session timeout of 4000 ms, which shortens the lease from 3000 ms to"
                            + " 2000 ms");
        }

        @Test
        void appliesFromTheNextRecordOn() {
            driver.master();
            driver.connect(new Session(SESSION.id(), Duration.ofSeconds(2))).look();

            assertThat(driver.snapshot().leaseRemaining(driver.now())).isEqualTo(L);
            assertThat(driver.until(Request.Renew.class).record().length()).isEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void below100MsIsDownAndNothingIsSent() {
            driver.start().connect(new Session(1, Duration.ofMillis(199))).expectNothing();

            assertThat(driver.problem())
                    .isEqualTo(
                            "ZooKeeper granted a session timeout of 199 ms, too short for the shortest lease of 100 ms");
            driver.connect(new Session(2, Duration.ofMillis(200)));
            driver.until(Request.Claim.class);
        }
    }

    @Test
    void aReplyProcessedMoreThanAFifthOfALeaseAfterItWasSentIsAWarningForAMinute() {
        driver.renewing().pause(600).granted();
        assertThat(driver.snapshot().warning()).isEmpty();
        driver.until(Request.Renew.class);
        driver.pause(601).granted();

        assertThat(driver.snapshot().warning())
                .contains("ZooKeeper's answers are late: one was processed 601 ms after the request, and the lease is"
                        + " 3000 ms");
        driver.run(60_000);
        assertThat(driver.snapshot().warning()).isEmpty();
    }

    @Test
    void anotherInstanceWithTheSameAddressThatRenewsIsAWarning() {
        driver.record(LeaseRecord.held(OTHER_ID, "n1", L, 0, SELF));
        driver.node = node(driver.lease.mzxid(), 0xf, SELF);
        driver.start().connect().settle();
        assertThat(driver.snapshot().warning()).isEmpty();

        driver.record(LeaseRecord.held(OTHER_ID, "n2", L, driver.node.czxid(), SELF))
                .on(new Event.NodeChanged())
                .look();

        assertThat(driver.snapshot().warning())
                .contains("another instance is configured with the same address self:1 and is master");
    }

    @Test
    void aMissingGuardIsMadeAnewOnceAStart() {
        driver.start().connect().settle();

        assertThat(driver.requests())
                .filteredOn(name -> name.equals("CreateGuard"))
                .hasSize(1);
    }

    @Test
    void atMostOneRequestIsUnderWay() {
        driver.start().connect();
        driver.expect(Request.Look.class);

        driver.on(new Event.NodeChanged())
                .on(new Event.CandidateLeft())
                .on(new Event.Tick())
                .expectNothing();
    }

    @Test
    void aReplyToAnotherRequestIsIgnored() {
        driver.start().connect();
        driver.expect(Request.Look.class);

        driver.on(new Event.Replied(99, new Reply.Looked(driver.lease, null, true)))
                .expectNothing();
        assertThat(driver.role()).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void nothingIsSentWithoutAConnection() {
        driver.start().expectNothing();
        assertThat(driver.problem()).isEqualTo("no connection to ZooKeeper yet");
        driver.on(new Event.ConnectError("refused", false));
        assertThat(driver.problem()).isEqualTo("no connection to ZooKeeper yet: refused");
        driver.connect().look().disconnect();

        driver.run(60_000);
        assertThat(driver.requests()).containsExactly("Look");
        assertThat(driver.problem()).isEqualTo("no connection to ZooKeeper");
    }

    @Test
    void aFatalConnectErrorHasABeginningUntilItIsOver() {
        driver.start();
        long first = driver.now().nanos();
        driver.on(new Event.ConnectError("no thread", true)).pause(2000).on(new Event.ConnectError("no thread", true));
        assertThat(driver.snapshot().fatalSince()).isEqualTo(first);

        driver.on(new Event.ConnectError("refused", false));
        assertThat(driver.snapshot().fatalSince()).isNull();
        driver.on(new Event.ConnectError("no thread", true)).connect();
        assertThat(driver.snapshot().fatalSince()).isNull();
        assertThat(driver.snapshot().connectError()).isNull();
    }

    @Test
    void anAclWarningIsAWarningUntilItIsTakenBack() {
        driver.master().on(new Event.AclWarning("/master-lease has another ACL"));
        assertThat(driver.snapshot().warning()).contains("/master-lease has another ACL");

        driver.on(new Event.AclWarning(null));
        assertThat(driver.snapshot().warning()).isEmpty();
    }
}
