package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Reply.Failed.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The machine, step by step. Times are in thousandths of a session timeout: 100 is T/10. */
class ElectionTests {

    private static final long T = 1000;
    private static final String SELF = "self:1";
    private static final Session SESSION = new Session(0x2a, Duration.ofNanos(T));
    private static final Session NEXT_SESSION = new Session(0x2b, Duration.ofNanos(T));
    private static final Session OTHERS_SESSION = new Session(0x3c, Duration.ofNanos(T));

    private Election election = new Election(SELF, true, 0);
    private long now;

    @BeforeEach
    void start() {
        election.start(now);
    }

    @Nested
    class RoleFollowsFromState {

        @Test
        void unknownBeforeTheStart() {
            Election fresh = new Election(SELF, true, 0);

            assertThat(fresh.mastership()).isEqualTo(Mastership.closed(SELF, true, 0));
            assertThat(fresh.next(0)).isInstanceOf(Order.Idle.class);
        }

        @Test
        void unknownWithoutASession() {
            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(election.mastership().connection()).isEqualTo(Connection.CONNECTING);
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void unknownBeforeTheFirstLook() {
            connect(SESSION);

            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(election.mastership().connection()).isEqualTo(Connection.CONNECTED);
        }

        @Test
        void standbyThatClaimsWhenTheNodeIsAbsent() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());

            assertThat(role()).isEqualTo(Role.STANDBY);
            assertThat(next()).isInstanceOf(Order.Claim.class);
        }

        @Test
        void observerThatDoesNotClaimWhenTheNodeIsAbsent() {
            observe();
            connect(SESSION);
            seen(look(), new Seat.Vacant());

            assertThat(role()).isEqualTo(Role.OBSERVER);
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void standbyWhenAnotherSessionHoldsTheNode() {
            connect(SESSION);
            seen(look(), held(OTHERS_SESSION, 7));

            assertThat(role()).isEqualTo(Role.STANDBY);
            assertThat(master()).get().extracting(Master::epoch).isEqualTo(7L);
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void observerWhenAnotherSessionHoldsTheNode() {
            observe();
            connect(SESSION);
            seen(look(), held(OTHERS_SESSION, 7));

            assertThat(role()).isEqualTo(Role.OBSERVER);
        }

        @Test
        void standbyThatDoesNotClaimWhenANodeStandsInTheWay() {
            connect(SESSION);
            seen(look(), new Seat.Blocked("it is persistent"));

            assertThat(role()).isEqualTo(Role.STANDBY);
            assertThat(election.mastership().problem(now)).contains("it is persistent");
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void masterWhenTheClaimSucceeds() {
            becomeMaster(SESSION, 5);

            assertThat(role()).isEqualTo(Role.MASTER);
            assertThat(master()).contains(new Master(SELF, 5, Instant.EPOCH, SESSION.id()));
        }

        @Test
        void unknownWhenTheSessionEnds() {
            becomeMaster(SESSION, 5);

            election.sessionEnded("it expired", now);

            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(master()).isEmpty();
            assertThat(election.mastership().connection()).isEqualTo(Connection.CONNECTING);
        }

        @Test
        void unknownWhenANewSessionBegins() {
            becomeMaster(SESSION, 5);

            connect(NEXT_SESSION);

            assertThat(role()).isEqualTo(Role.UNKNOWN);
        }

        @Test
        void unknownFromTheInstantItIsStopped() {
            becomeMaster(SESSION, 5);

            election.stop("it was closed", now);

            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(election.mastership().connection()).isEqualTo(Connection.CLOSED);
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void canBeStartedAgainAfterAStop() {
            becomeMaster(SESSION, 5);
            election.stop("it was closed", now);
            election.start(now);
            becomeMaster(NEXT_SESSION, 6);

            assertThat(role()).isEqualTo(Role.MASTER);
        }

        @Test
        void staysClosedWhateverComesLate() {
            election.stop("it was closed", now);
            election.disconnected("late");
            election.sessionEnded("late", now);
            election.rejected("late", now + 10, now);

            now += 100;
            assertThat(next()).isInstanceOf(Order.Idle.class);
            assertThat(election.mastership().connection()).isEqualTo(Connection.CLOSED);
        }
    }

    @Nested
    class TheLease {

        @Test
        void endsSixTenthsAfterTheClaimWasSent() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            Order.Claim claim = claim();
            long sent = now;
            now += 50;
            answer(claim, new Reply.Claimed(held(SESSION, 5)));

            assertThat(election.mastership().knownUntil()).isEqualTo(sent + 600);
            assertThat(election.mastership().role(sent + 599)).isEqualTo(Role.MASTER);
            assertThat(election.mastership().role(sent + 600)).isEqualTo(Role.UNKNOWN);
        }

        @Test
        void countsFromTheConnectionBeforeThereIsOtherEvidence() {
            long attempt = now;
            now += 500;
            election.connected(SESSION, attempt, now);
            seen(look(), new Seat.Vacant());
            answer(claim(), new Reply.Claimed(held(SESSION, 5)));

            assertThat(election.mastership().knownUntil()).isEqualTo(attempt + 950);
        }

        @Test
        void isRenewedByEachProof() {
            becomeMaster(SESSION, 5);
            now += 100;
            Order.Look proof = look();
            long sent = now;
            now += 20;
            answer(proof, new Reply.Seen(held(SESSION, 5), true));

            assertThat(election.mastership().knownUntil()).isEqualTo(sent + 600);
        }

        @Test
        void isNotRenewedByALookThatProvesNothing() {
            becomeMaster(SESSION, 5);
            long end = election.mastership().knownUntil();
            now += 100;
            answer(look(), new Reply.Seen(held(SESSION, 5), false));

            assertThat(election.mastership().knownUntil()).isEqualTo(end);
        }

        @Test
        void isNotRenewedByAFailedProof() {
            becomeMaster(SESSION, 5);
            long end = election.mastership().knownUntil();
            for (Kind kind : Kind.values()) {
                now += 101;
                answer(look(), new Reply.Failed(kind, "so it goes"));
            }

            assertThat(election.mastership().knownUntil()).isEqualTo(end);
            assertThat(role()).isEqualTo(Role.MASTER);
            assertThat(roleAt(end)).isEqualTo(Role.UNKNOWN);
        }

        @Test
        void keepsFourTenthsOrMoreInTheSteadyState() {
            becomeMaster(SESSION, 5);
            for (int proof = 0; proof < 100; proof++) {
                Order order = next();
                if (order instanceof Order.Idle idle) {
                    now = idle.until();
                    order = next();
                }
                Order.Look look = (Order.Look) order;
                now += proof % 50;
                answer(look, new Reply.Seen(held(SESSION, 5), true));
                assertThat(election.mastership().knownUntil() - look.sent()).isBetween(400L, 600L);
                assertThat(role()).isEqualTo(Role.MASTER);
            }
        }

        @Test
        void ridesOutAShortLossOfTheConnection() {
            becomeMaster(SESSION, 5);
            election.disconnected("the connection was lost");

            assertThat(role()).isEqualTo(Role.MASTER);
            assertThat(election.mastership().connection()).isEqualTo(Connection.SUSPENDED);

            now += 300;
            connect(SESSION);
            assertThat(role()).isEqualTo(Role.MASTER);
            proven(look(), 5);
            assertThat(election.mastership().knownUntil()).isEqualTo(now + 600);
        }

        @Test
        void endsDuringALongLossOfTheConnection() {
            becomeMaster(SESSION, 5);
            election.disconnected("the connection was lost");
            Order order = next();

            assertThat(order).isEqualTo(new Order.Idle(election.mastership().knownUntil()));
            now = election.mastership().knownUntil();
            assertThat(role()).isEqualTo(Role.UNKNOWN);
        }

        @Test
        void isBackAfterAProofWithTheSameEpoch() {
            becomeMaster(SESSION, 5);
            election.disconnected("the connection was lost");
            now += 700;
            connect(SESSION);
            assertThat(role()).isEqualTo(Role.UNKNOWN);
            proven(look(), 5);

            assertThat(role()).isEqualTo(Role.MASTER);
            assertThat(master()).get().extracting(Master::epoch).isEqualTo(5L);
        }

        @Test
        void isOverAfterAFreezeAndNeedsNewEvidence() {
            becomeMaster(SESSION, 5);
            proveFor(1000);
            now += 900;
            assertThat(role()).isEqualTo(Role.UNKNOWN);

            long thaw = now;
            while (now < thaw + 400) {
                proven(look(), 5);
                assertThat(role())
                        .as("%d after the thaw the leader may not have heard of it", now - thaw)
                        .isEqualTo(Role.UNKNOWN);
                now += 100;
            }
            proven(look(), 5);
            assertThat(role()).isEqualTo(Role.MASTER);
        }

        @Test
        void worksWhereverNanoTimeStands() {
            for (long start : new long[] {Long.MAX_VALUE - 300, Long.MAX_VALUE - 1100, Long.MIN_VALUE, -500}) {
                now = start;
                election = new Election(SELF, true, now);
                election.start(now);
                becomeMaster(SESSION, 5);
                proveFor(2000);
                assertThat(role()).isEqualTo(Role.MASTER);
                assertThat(election.mastership().knownUntil() - now).isBetween(400L, 600L);
                assertThat(roleAt(now + 600)).isEqualTo(Role.UNKNOWN);
            }
        }

        @Test
        void whatAStandbyKnowsEndsToo() {
            connect(SESSION);
            now += 10;
            Order.Look look = look();
            long sent = now;
            now += 5;
            seen(look, held(OTHERS_SESSION, 7));

            assertThat(election.mastership().knownUntil()).isEqualTo(sent + 600);
            assertThat(roleAt(sent + 599)).isEqualTo(Role.STANDBY);
            assertThat(roleAt(sent + 600)).isEqualTo(Role.UNKNOWN);
        }
    }

    @Nested
    class Ownership {

        @Test
        void isNotReadFromTheAddress() {
            connect(SESSION);
            seen(look(), new Seat.Held(new Master(SELF, 4, Instant.EPOCH, OTHERS_SESSION.id()), 0, null));

            assertThat(role()).isEqualTo(Role.STANDBY);
            assertThat(next()).isInstanceOf(Order.Idle.class);
            assertThat(election.mastership().warning(now)).get().asString().contains("previous run");
        }

        @Test
        void ofTheGhostOfThisInstanceEndsWithItsNode() {
            becomeMaster(SESSION, 5);
            connect(NEXT_SESSION);
            seen(look(), held(SESSION, 5));
            assertThat(role()).isEqualTo(Role.STANDBY);

            election.stirred(false, now);
            seen(look(), new Seat.Vacant());
            answer(claim(), new Reply.Claimed(held(NEXT_SESSION, 6)));
            assertThat(role()).isEqualTo(Role.MASTER);
        }

        @Test
        void afterALostReplyToTheClaimNeedsAProof() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            answer(claim(), new Reply.Failed(Kind.DISCONNECTED, "the connection was lost"));
            election.disconnected("the connection was lost");
            now += 50;
            connect(SESSION);
            Order.Look look = look();
            assertThat(look.proof()).isFalse();
            seen(look, held(SESSION, 5));

            assertThat(role()).as("it is ours by a read alone").isEqualTo(Role.UNKNOWN);
            Order.Look proof = look();
            assertThat(proof.proof()).isTrue();
            proven(proof, 5);
            assertThat(role()).isEqualTo(Role.MASTER);
        }

        @Test
        void ofAnotherEpochByAReadAloneEndsTheLeaseOfTheFormer() {
            becomeMaster(SESSION, 5);
            election.stirred(false, now);
            answer(look(), new Reply.Seen(held(SESSION, 6), false));

            assertThat(role()).isEqualTo(Role.UNKNOWN);
            proven(look(), 6);
            assertThat(role()).isEqualTo(Role.MASTER);
        }

        @Test
        void endsWhenALookSeesAnotherHolder() {
            becomeMaster(SESSION, 5);
            election.stirred(false, now);
            seen(look(), held(OTHERS_SESSION, 6));

            assertThat(role()).isEqualTo(Role.STANDBY);
        }

        @Test
        void endsWhenSomebodyDeletesTheNodeWhichIsClaimedAgain() {
            becomeMaster(SESSION, 5);
            election.change(now);
            election.stirred(false, now);
            seen(look(), new Seat.Vacant());

            assertThat(role()).isEqualTo(Role.STANDBY);
            assertThat(election.change(now))
                    .get()
                    .extracting(MastershipChange::cause)
                    .isEqualTo("somebody deleted this instance's node");
            answer(claim(), new Reply.Claimed(held(SESSION, 6)));
            assertThat(role()).isEqualTo(Role.MASTER);
        }
    }

    @Nested
    class Requests {

        @Test
        void goOutOneAtATime() {
            connect(SESSION);
            look();
            election.stirred(false, now);

            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void beginWithALookWhenConnected() {
            connect(SESSION);
            assertThat(look().proof()).isFalse();

            connect(SESSION);
            assertThat(look()).as("again at once, whatever was under way").isNotNull();
        }

        @Test
        void carrySessionAndTimeAndRisingNumbers() {
            connect(SESSION);
            now += 3;
            Order.Look first = look();
            seen(first, new Seat.Vacant());
            now += 4;
            Order.Claim second = claim();

            assertThat(first.session()).isEqualTo(SESSION);
            assertThat(first.sent()).isEqualTo(now - 4);
            assertThat(second.sent()).isEqualTo(now);
            assertThat(second.number()).isGreaterThan(first.number());
        }

        @Test
        void ofAnOlderNumberAreNotHeard() {
            connect(SESSION);
            Order.Look old = look();
            election.disconnected("the connection was lost");
            connect(SESSION);
            Order.Look present = look();

            seen(old, held(OTHERS_SESSION, 7));
            assertThat(role()).isEqualTo(Role.UNKNOWN);
            seen(present, new Seat.Vacant());
            assertThat(role()).isEqualTo(Role.STANDBY);
        }

        @Test
        void areHeardOnce() {
            connect(SESSION);
            Order.Look look = look();
            seen(look, new Seat.Vacant());
            seen(look, held(OTHERS_SESSION, 7));

            assertThat(master()).isEmpty();
        }

        @Test
        void ofAnOldSessionAreNotHeard() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            Order.Claim old = claim();
            election.sessionEnded("it expired", now);

            answer(old, new Reply.Claimed(held(SESSION, 5)));
            assertThat(role()).isEqualTo(Role.UNKNOWN);

            connect(NEXT_SESSION);
            answer(old, new Reply.Claimed(held(SESSION, 5)));
            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(look()).isNotNull();
        }

        @Test
        void areNotHeardAfterAStop() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            Order.Claim old = claim();
            election.stop("it was closed", now);
            answer(old, new Reply.Claimed(held(SESSION, 5)));
            assertThat(role()).isEqualTo(Role.UNKNOWN);

            election.start(now);
            connect(NEXT_SESSION);
            Order.Look look = look();
            answer(old, new Reply.Claimed(held(SESSION, 5)));
            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(look.number()).isGreaterThan(old.number());
        }

        @Test
        void areGivenUpAfterASessionTimeout() {
            connect(SESSION);
            Order.Look lost = look();
            assertThat(next()).isEqualTo(new Order.Idle(lost.sent() + T));
            now = lost.sent() + T - 1;
            assertThat(next()).isInstanceOf(Order.Idle.class);
            now++;

            Order.Look again = look();
            seen(lost, held(OTHERS_SESSION, 7));
            assertThat(role()).isEqualTo(Role.UNKNOWN);
            seen(again, new Seat.Vacant());
            assertThat(role()).isEqualTo(Role.STANDBY);
        }

        @Test
        void areNotMadeWhileCutOff() {
            connect(SESSION);
            election.disconnected("the connection was lost");
            election.stirred(false, now);

            assertThat(next()).isInstanceOf(Order.Idle.class);
        }
    }

    @Nested
    class Pace {

        @Test
        void isATenthFromSendingToSending() {
            becomeMaster(SESSION, 5);
            now += 100;
            Order.Look look = look();
            now += 99;
            proven(look, 5);

            assertThat(next()).isEqualTo(new Order.Idle(look.sent() + 100));
            now++;
            assertThat(look().sent()).isEqualTo(look.sent() + 100);
        }

        @Test
        void isATenthFromTheAnswerWhenThatWasSlow() {
            becomeMaster(SESSION, 5);
            now += 100;
            Order.Look look = look();
            now += 101;
            proven(look, 5);

            assertThat(next()).isEqualTo(new Order.Idle(now + 100));
        }

        @Test
        void isTheSameForStandbys() {
            connect(SESSION);
            Order.Look look = look();
            now += 7;
            seen(look, held(OTHERS_SESSION, 7));

            assertThat(next()).isEqualTo(new Order.Idle(look.sent() + 100));
        }

        @Test
        void isInterruptedByAnyStir() {
            becomeMaster(SESSION, 5);
            now += 1;
            election.stirred(false, now);

            assertThat(look().proof()).isFalse();
        }

        @Test
        void ofProofsIsKeptHoweverOftenAMasterIsStirred() {
            becomeMaster(SESSION, 5);
            long claimed = now;
            for (int stirs = 0; stirs < 9; stirs++) {
                now += 10;
                election.stirred(false, now);
                seen(look(), held(SESSION, 5));
            }
            assertThat(election.mastership().knownUntil()).isEqualTo(claimed + 600);

            assertThat(next()).isEqualTo(new Order.Idle(claimed + 100));
            now = claimed + 100;
            assertThat(look().proof()).isTrue();
        }

        @Test
        void ofAMasterWhoseNodeIsFoundToBeAnotherOfHisOwnBeginsWithAProof() {
            becomeMaster(SESSION, 5);
            now += 1;
            election.stirred(false, now);
            seen(look(), held(SESSION, 9));

            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(look().proof()).isTrue();
        }

        @Test
        void forgetsNoStirThatComesWhileALookIsUnderWay() {
            connect(SESSION);
            Order.Look look = look();
            election.stirred(false, now);
            seen(look, held(OTHERS_SESSION, 7));

            assertThat(look()).isNotNull();
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void looksBeforeItClaims() {
            connect(SESSION);
            Order.Look look = look();
            election.stirred(false, now);
            seen(look, new Seat.Vacant());

            assertThat(next()).isInstanceOf(Order.Look.class);
        }
    }

    @Nested
    class Claims {

        @Test
        void thatComeTooLateLeadToALook() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            answer(claim(), new Reply.Failed(Kind.OVERTAKEN, "another was faster"));

            seen(look(), held(OTHERS_SESSION, 7));
            assertThat(role()).isEqualTo(Role.STANDBY);
            assertThat(election.mastership().problem(now)).isEmpty();
        }

        @Test
        void thatAreRefusedBackOff() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            int claims = 0;
            long begin = now;
            while (now < begin + 1000) {
                Order order = next();
                if (order instanceof Order.Idle idle) {
                    now = idle.until();
                } else if (order instanceof Order.Look look) {
                    now += 1;
                    seen(look, new Seat.Vacant());
                } else if (order instanceof Order.Claim claim) {
                    now += 1;
                    claims++;
                    answer(claim, new Reply.Failed(Kind.REFUSED, "no permission"));
                    assertThat(next()).isInstanceOf(Order.Idle.class);
                }
            }

            assertThat(claims).isBetween(5, 10);
        }

        @Test
        void whoseReplyIsLostAreNotRepeatedBeforeALook() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            Order.Claim claim = claim();
            answer(claim, new Reply.Failed(Kind.DISCONNECTED, "the connection was lost"));

            assertThat(next())
                    .as("the loss of the connection is told by another event, which may be late")
                    .isEqualTo(new Order.Idle(claim.sent() + 100));
            now = claim.sent() + 100;
            seen(look(), new Seat.Vacant());
            assertThat(next()).isInstanceOf(Order.Claim.class);
        }

        @Test
        void goOnAtOnceWhenTheConnectionIsBack() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            answer(claim(), new Reply.Failed(Kind.DISCONNECTED, "the connection was lost"));
            connect(SESSION);
            seen(look(), new Seat.Vacant());

            assertThat(next()).isInstanceOf(Order.Claim.class);
        }

        @Test
        void areNotMadeOnOldKnowledge() {
            connect(SESSION);
            Order.Look look = look();
            now += 600;
            seen(look, new Seat.Vacant());

            assertThat(next()).isInstanceOf(Order.Idle.class);
        }
    }

    @Nested
    class OverwrittenData {

        @Test
        void isPutBack() {
            becomeMaster(SESSION, 5);
            election.stirred(false, now);
            proven(look(), new Seat.Held(master("intruder:1", 5), 3, null));

            assertThat(role()).isEqualTo(Role.MASTER);
            assertThat(master()).get().extracting(Master::address).isEqualTo(SELF);
            Order.Restore restore = (Order.Restore) next();
            assertThat(restore.version()).isEqualTo(3);
            assertThat(restore.found()).isEqualTo("its data is \"intruder:1\"");
            answer(restore, new Reply.Done());
            proven(look(), held(SESSION, 5));
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void isDescribedByItsOddity() {
            becomeMaster(SESSION, 5);
            election.stirred(false, now);
            proven(look(), new Seat.Held(master(null, 5), 3, "its data is empty"));

            assertThat(master()).get().extracting(Master::address).isEqualTo(SELF);
            assertThat(((Order.Restore) next()).found()).isEqualTo("its data is empty");
        }

        @Test
        void isPutBackOnceATenthAtMost() {
            becomeMaster(SESSION, 5);
            Seat overwritten = new Seat.Held(master("intruder:1", 5), 3, null);
            int restores = 0;
            long begin = now;
            election.stirred(false, now);
            while (now < begin + 1000) {
                Order order = next();
                if (order instanceof Order.Idle idle) {
                    now = idle.until();
                } else if (order instanceof Order.Look look) {
                    now += 1;
                    proven(look, overwritten);
                } else {
                    now += 1;
                    restores++;
                    answer((Order.Restore) order, new Reply.Done());
                    election.stirred(false, now);
                }
            }

            assertThat(restores).isBetween(5, 10);
            assertThat(role()).isEqualTo(Role.MASTER);
        }

        @Test
        void ofAnotherIsLeftAlone() {
            connect(SESSION);
            seen(look(), new Seat.Held(new Master(null, 7, Instant.EPOCH, 0x99), 0, "its data is empty"));

            assertThat(next()).isInstanceOf(Order.Idle.class);
            assertThat(election.mastership().warning(now)).contains("session 0x99 is master and its data is empty");
        }
    }

    @Nested
    class Trouble {

        @Test
        void appearsWithARefusalAndClearsWithASuccessOfTheSameKind() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            answer(claim(), new Reply.Failed(Kind.REFUSED, "no permission to create"));
            assertThat(problem()).contains("no permission to create");

            now += 100;
            seen(look(), new Seat.Vacant());
            assertThat(problem()).as("a look is no claim").contains("no permission to create");

            now += 1;
            answer(claim(), new Reply.Claimed(held(SESSION, 5)));
            assertThat(problem()).isEmpty();
        }

        @Test
        void ofAClaimClearsWhenAnotherIsFaster() {
            connect(SESSION);
            seen(look(), new Seat.Vacant());
            answer(claim(), new Reply.Failed(Kind.REFUSED, "no permission to create"));
            now += 100;
            seen(look(), new Seat.Vacant());
            now += 1;
            answer(claim(), new Reply.Failed(Kind.OVERTAKEN, "another was faster"));

            assertThat(problem()).isEmpty();
        }

        @Test
        void ofALookClearsWithALook() {
            connect(SESSION);
            answer(look(), new Reply.Failed(Kind.REFUSED, "no permission to read"));
            assertThat(problem()).contains("no permission to read");
            assertThat(role()).isEqualTo(Role.UNKNOWN);

            now += 100;
            seen(look(), held(OTHERS_SESSION, 7));
            assertThat(problem()).isEmpty();
        }

        @Test
        void endsWithTheSession() {
            connect(SESSION);
            answer(look(), new Reply.Failed(Kind.REFUSED, "no permission to read"));
            connect(NEXT_SESSION);

            assertThat(election.mastership().trouble()).isNull();
        }

        @Test
        void ofARejectionLeadsToAnotherSessionAfterAPause() {
            becomeMaster(SESSION, 5);
            election.rejected("authentication failed", now + 500, now);

            assertThat(role()).isEqualTo(Role.UNKNOWN);
            assertThat(problem()).contains("authentication failed");
            assertThat(next()).isEqualTo(new Order.Idle(now + 500));
            now += 499;
            assertThat(next()).isInstanceOf(Order.Idle.class);
            now += 1;
            assertThat(next()).isInstanceOf(Order.Reopen.class);
            assertThat(next()).as("once").isInstanceOf(Order.Idle.class);
            assertThat(problem()).contains("authentication failed");

            connect(NEXT_SESSION);
            assertThat(election.mastership().trouble()).isNull();
        }

        @Test
        void ofARejectionIsOverWhenARequestSucceedsBefore() {
            election.rejected("no login, so it goes on without", now + 500, now);
            connect(SESSION);
            seen(look(), held(OTHERS_SESSION, 7));
            now += 500;

            assertThat(next()).isInstanceOf(Order.Look.class);
            assertThat(role()).isEqualTo(Role.STANDBY);
        }

        @Test
        void ofARejectionIsNotOverWhenTheConnectionIsToldLate() {
            election.rejected("authentication failed", now + 500, now);
            connect(SESSION);
            Order.Look look = look();
            assertThat(next()).isEqualTo(new Order.Idle(now + 500));
            answer(look, new Reply.Failed(Kind.REFUSED, "authentication failed"));
            now += 400;
            assertThat(look()).isNotNull();
            now += 100;

            assertThat(next()).isInstanceOf(Order.Reopen.class);
            assertThat(election.mastership().connection()).isEqualTo(Connection.CONNECTING);
            assertThat(election.mastership().session()).isNull();
            assertThat(next()).isInstanceOf(Order.Idle.class);
        }

        @Test
        void ofAVacancyTakesASessionTimeoutToShow() {
            observe();
            connect(SESSION);
            long since = now;
            while (now <= since + T) {
                seen(look(), new Seat.Vacant());
                assertThat(problem()).isEmpty();
                now += 100;
            }
            seen(look(), new Seat.Vacant());
            assertThat(problem()).contains("there has been no master for longer than the session timeout");

            now += 100;
            seen(look(), held(OTHERS_SESSION, 7));
            assertThat(problem()).isEmpty();
        }

        @Test
        void ofATwinTakesTwoSessionTimeoutsToBeCertain() {
            connect(SESSION);
            Seat twin = new Seat.Held(new Master(SELF, 7, Instant.EPOCH, OTHERS_SESSION.id()), 0, null);
            long since = now;
            while (now <= since + 2 * T) {
                seen(look(), twin);
                assertThat(election.mastership().warning(now)).get().asString().contains("previous run");
                now += 100;
            }
            seen(look(), twin);
            assertThat(election.mastership().warning(now)).get().asString().contains("another instance is configured");
        }
    }

    @Nested
    class Changes {

        @Test
        void areToldOnceWithTheirCause() {
            assertThat(election.change(now)).isEmpty();
            connect(SESSION);
            assertThat(election.change(now)).isEmpty();
            seen(look(), new Seat.Vacant());
            assertThat(election.change(now))
                    .contains(new MastershipChange(Role.UNKNOWN, Role.STANDBY, null, null, "there is no node"));
            assertThat(election.change(now)).isEmpty();

            answer(claim(), new Reply.Claimed(held(SESSION, 5)));
            assertThat(election.change(now))
                    .contains(new MastershipChange(
                            Role.STANDBY,
                            Role.MASTER,
                            null,
                            master(SELF, 5),
                            "the node was vacant and this instance claimed it"));
            now += 100;
            proven(look(), 5);
            assertThat(election.change(now)).isEmpty();
        }

        @Test
        void tellOfALeaseThatRanOutAndOfItsReturn() {
            becomeMaster(SESSION, 5);
            election.change(now);
            election.disconnected("the cable is cut");
            assertThat(election.change(now)).isEmpty();

            now = election.mastership().knownUntil();
            assertThat(election.change(now))
                    .contains(new MastershipChange(
                            Role.MASTER, Role.UNKNOWN, master(SELF, 5), null, "the lease ran out: the cable is cut"));

            connect(SESSION);
            proven(look(), 5);
            assertThat(election.change(now))
                    .contains(new MastershipChange(
                            Role.UNKNOWN,
                            Role.MASTER,
                            null,
                            master(SELF, 5),
                            "it was found to be its own and proved so"));
        }

        @Test
        void tellWhenNothingElseIsKnownThatNoConfirmationCame() {
            becomeMaster(SESSION, 5);
            election.change(now);
            now += 600;

            assertThat(election.change(now))
                    .get()
                    .extracting(MastershipChange::cause)
                    .isEqualTo("the lease ran out: no confirmation from ZooKeeper in time");
        }

        @Test
        void tellOfTheMastersOfOthers() {
            connect(SESSION);
            seen(look(), held(OTHERS_SESSION, 7));
            MastershipChange first = election.change(now).orElseThrow();
            assertThat(first.cause()).isEqualTo("session 0x3c holds the node");

            election.stirred(false, now);
            seen(look(), held(NEXT_SESSION, 8));
            MastershipChange second = election.change(now).orElseThrow();
            assertThat(second.from()).isEqualTo(second.to()).isEqualTo(Role.STANDBY);
            assertThat(second.previous()).isEqualTo(first.master());
            assertThat(second.master()).extracting(Master::epoch).isEqualTo(8L);

            election.stirred(false, now);
            seen(look(), new Seat.Vacant());
            assertThat(election.change(now))
                    .get()
                    .extracting(MastershipChange::cause)
                    .isEqualTo("the master's node is gone");
        }

        @Test
        void noteAFallingEpoch() {
            connect(SESSION);
            seen(look(), held(OTHERS_SESSION, 7));
            election.change(now);
            election.stirred(false, now);
            seen(look(), held(NEXT_SESSION, 3));
            assertThat(election.change(now))
                    .get()
                    .extracting(MastershipChange::cause)
                    .asString()
                    .contains("its epoch is lower than one seen before");

            election.stirred(false, now);
            seen(look(), held(OTHERS_SESSION, 4));
            assertThat(election.change(now))
                    .get()
                    .extracting(MastershipChange::cause)
                    .isEqualTo("session 0x3c holds the node");
        }

        @Test
        void noteAFallingEpochAlsoAfterAnOwnOne() {
            becomeMaster(SESSION, 50);
            election.change(now);
            election.stirred(false, now);
            seen(look(), held(OTHERS_SESSION, 3));

            assertThat(election.change(now))
                    .get()
                    .extracting(MastershipChange::cause)
                    .asString()
                    .contains("wiped or restored");
        }

        @Test
        void alternateInAndOutOfMaster() {
            Role last = Role.UNKNOWN;
            connect(SESSION);
            for (int round = 0; round < 20; round++) {
                election.stirred(false, now);
                seen(look(), new Seat.Vacant());
                last = follow(last);
                answer(claim(), new Reply.Claimed(held(SESSION, 5 + round)));
                last = follow(last);
                assertThat(last).isEqualTo(Role.MASTER);
                if (round % 3 == 0) {
                    now += 600;
                    last = follow(last);
                    assertThat(last).isEqualTo(Role.UNKNOWN);
                    connect(SESSION);
                    proven(look(), 5 + round);
                    last = follow(last);
                }
                now += 20;
            }
        }

        private Role follow(Role last) {
            MastershipChange change = election.change(now).orElseThrow();
            assertThat(change.from()).isEqualTo(last);
            return change.to();
        }
    }

    @Nested
    class Waiting {

        @Test
        void endsWithTheLeaseAtTheLatest() {
            becomeMaster(SESSION, 5);
            now += 100;
            Order.Look unanswered = look();
            assertThat(unanswered).isNotNull();

            assertThat(next()).isEqualTo(new Order.Idle(election.mastership().knownUntil()));
        }

        @Test
        void lastsLongWhenThereIsNothingToWaitFor() {
            assertThat(next())
                    .isEqualTo(new Order.Idle(now + Duration.ofHours(1).toNanos()));
        }
    }

    private void observe() {
        election = new Election(SELF, false, now);
        election.start(now);
    }

    private void connect(Session session) {
        election.connected(session, now, now);
    }

    /** The next order that concerns the master's node; of the line of succession this instance is the first. */
    private Order next() {
        Order order = election.next(now);
        while (order instanceof Order.Survey survey) {
            Session standing = survey.session();
            Candidate first = new Candidate(Candidate.prefix(standing) + "7", standing.id(), standing.timeout(), 7);
            answer(survey, new Reply.Surveyed(List.of(first), true));
            order = election.next(now);
        }
        return order;
    }

    private Order.Look look() {
        return (Order.Look) next();
    }

    private Order.Claim claim() {
        return (Order.Claim) next();
    }

    private void answer(Order.Request request, Reply reply) {
        election.answered(request, reply, now);
    }

    private void seen(Order.Request look, Seat seat) {
        answer(look, new Reply.Seen(seat, false));
    }

    private void proven(Order.Request look, long epoch) {
        proven(look, held(SESSION, epoch));
    }

    private void proven(Order.Request look, Seat seat) {
        answer(look, new Reply.Seen(seat, true));
    }

    private void becomeMaster(Session session, long epoch) {
        connect(session);
        seen(look(), new Seat.Vacant());
        answer(claim(), new Reply.Claimed(held(session, epoch)));
    }

    private void proveFor(long time) {
        for (long begin = now; now - begin < time; now += 100) {
            if (next() instanceof Order.Look look) {
                proven(look, 5);
            }
        }
        now -= 100;
    }

    private Role role() {
        return roleAt(now);
    }

    private Role roleAt(long when) {
        return election.mastership().role(when);
    }

    private Optional<Master> master() {
        return election.mastership().master(now);
    }

    private Optional<String> problem() {
        return election.mastership().problem(now);
    }

    private static Master master(@Nullable String address, long epoch) {
        return new Master(address, epoch, Instant.EPOCH, SESSION.id());
    }

    private static Seat.Held held(Session session, long epoch) {
        return new Seat.Held(new Master(SELF, epoch, Instant.EPOCH, session.id()), 0, null);
    }
}
