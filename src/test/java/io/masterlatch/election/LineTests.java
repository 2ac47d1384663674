package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the election stands in the line of succession, and claims in its turn. */
class LineTests {

    private static final Duration T = Duration.ofSeconds(10);
    private static final long MILLI = 1_000_000;
    private static final Session OWN = new Session(2, T);

    private final Election election = new Election("own.example.com:1", true, 0);
    private long now;

    @BeforeEach
    void connect() {
        election.start(now);
        election.connected(OWN, now, now);
    }

    @Test
    void looksFirstThenSurveysThenJoinsThenSurveysAgain() {
        look(new Seat.Vacant());

        survey(1);
        Order join = next();
        assertThat(join).isInstanceOf(Order.Join.class);
        election.answered((Order.Request) join, new Reply.Done(), now);
        survey(1, 2);

        assertThat(next())
                .as("the first has its chance, and may be a holder that was never seen")
                .isInstanceOf(Order.Idle.class);
    }

    @Test
    void doesNotTakeTheHolderOfAnEarlierSessionForTheLast() {
        look(held(OWN.id()));
        Session next = new Session(5, T);
        election.connected(next, now, now);
        look(new Seat.Vacant());
        survey(3, 5);

        assertThat(next())
                .as("3 may be master since, and its node deleted by hand")
                .isInstanceOf(Order.Idle.class);
        for (long begin = now; now - begin < T.toNanos() / 20 * 13; now += T.toNanos() / 10) {
            if (next() instanceof Order.Look look) {
                election.answered(look, new Reply.Seen(new Seat.Vacant(), false), now);
            }
        }
        look(new Seat.Vacant());
        assertThat(next()).isInstanceOf(Order.Claim.class);
    }

    @Test
    void doesNotClaimAfterAFreezeBeforeItHasLooked() {
        standBehindTheMaster();
        now += T.toNanos();
        election.left(name(1), now);
        election.stirred(true, now);

        look(new Seat.Vacant());
        survey(2, 3);
        assertThat(next())
                .as("3 may have been master since, and its node deleted by hand")
                .isInstanceOf(Order.Idle.class);
    }

    @Test
    void doesNotTakeTheFormerHolderForTheLastWhenTheNodeWasThereAgain() {
        standBehindTheMaster();
        now += MILLI;
        election.left(name(1), now);
        election.stirred(true, now);
        election.stirred(false, now);
        election.stirred(true, now);

        look(new Seat.Vacant());
        survey(2, 3);
        assertThat(next())
                .as("3 was master for a moment, and its node deleted by hand")
                .isInstanceOf(Order.Idle.class);
    }

    @Test
    void isNotLedAstrayByItsOwnNode() {
        standBehindTheMaster();
        election.left(name(1), now);
        election.stirred(true, now);
        Order.Claim claim = (Order.Claim) next();
        election.stirred(false, now);
        election.answered(claim, new Reply.Claimed(held(OWN.id())), now);
        look(held(OWN.id()));
        election.stirred(true, now);

        assertThat(next()).as("somebody has deleted it").isInstanceOf(Order.Claim.class);
    }

    @Test
    void doesNotTakeTheHolderBeforeAnOutageForTheLast() {
        look(held(1));
        survey(1, 2, 3);
        election.disconnected("the cable was cut");
        now += T.toNanos() / 2;
        election.connected(OWN, now, now);
        look(new Seat.Vacant());
        survey(2, 3);

        assertThat(next()).isInstanceOf(Order.Idle.class);
    }

    @Test
    void doesNotJoinTwiceWhenTheReplyWasLost() {
        look(held(1));
        survey();
        election.answered((Order.Request) next(), new Failed(Kind.DISCONNECTED, "lost"), now);
        election.connected(OWN, now, now);
        look(held(1));

        survey(1, 2);

        assertThat(next()).isInstanceOf(Order.Idle.class);
    }

    @Test
    void claimsWithoutALookWhenTheMasterBeforeItHasGone() {
        standBehindTheMaster();

        election.stirred(true, now);
        election.left(name(1), now);

        assertThat(next()).isInstanceOf(Order.Claim.class);
    }

    @Test
    void claimsOnTheLinesNewsAlone() {
        standBehindTheMaster();

        election.left(name(1), now);
        Order.Claim claim = (Order.Claim) next();
        election.stirred(true, now);
        election.answered(claim, new Reply.Claimed(held(OWN.id())), now);

        assertThat(next()).as("the deletion was its predecessor's").isNotInstanceOf(Order.Claim.class);
    }

    @Test
    void doesNotClaimFromFarBackHoweverLongTheSeatIsVacant() {
        look(held(1));
        surveyFromFarBack(1, 3, 4, 2);

        for (int tenth = 0; tenth < 30; tenth++) {
            now += T.toNanos() / 10;
            look(new Seat.Vacant());
            if (tenth > 0) {
                surveyFromFarBack(3, 4, 2);
            }
            assertThat(next()).as("another may have had it unseen").isInstanceOf(Order.Idle.class);
        }
    }

    @Test
    void waitsForTheLeaseOfThoseWhoMayHaveHadTheSeatUnseenWhenItComesToTheFront() {
        look(held(1));
        surveyFromFarBack(1, 3, 2, 4);
        now += T.toNanos() / 10;
        look(new Seat.Vacant());
        election.left(name(3), now);
        survey(2, 4);
        election.stirred(false, now);
        now += MILLI;
        look(new Seat.Vacant());

        assertThat(next()).as("4 may have had it").isInstanceOf(Order.Idle.class);
        for (long begin = now; now - begin < T.toNanos() / 20 * 13; now += T.toNanos() / 10) {
            if (next() instanceof Order.Look look) {
                election.answered(look, new Reply.Seen(new Seat.Vacant(), false), now);
            }
        }
        look(new Seat.Vacant());
        assertThat(next()).isInstanceOf(Order.Claim.class);
    }

    @Test
    void doesNotClaimOnTheNewsOfOneWhoWasNotMaster() {
        look(held(1));
        survey(3, 2, 1);

        election.left(name(3), now);

        assertThat(next()).isNotInstanceOf(Order.Claim.class);
    }

    @Test
    void looksWhenSuchAClaimComesTooLate() {
        claimsWithoutALookWhenTheMasterBeforeItHasGone();

        election.answered(lastRequest, new Failed(Kind.OVERTAKEN, "another was faster"), now);

        assertThat(next()).isInstanceOf(Order.Look.class);
    }

    @Test
    void leavesTheSeatToTheFirstForAGrace() {
        look(held(9));
        survey(1, 2);
        election.stirred(true, now);
        now += 30 * MILLI;
        look(new Seat.Vacant());
        long vacant = now;

        assertThat(next()).isEqualTo(new Order.Idle(vacant + Succession.GRACE.toNanos()));
        now = vacant + Succession.GRACE.toNanos();
        survey(1, 2);

        assertThat(next()).isInstanceOf(Order.Claim.class);
    }

    @Test
    void waitsForTheLeaseOfAMasterWhoseNodeWasDeletedByHand() {
        standBehindTheMaster();
        election.stirred(true, now);
        now += 30 * MILLI;
        look(new Seat.Vacant());
        long vacant = now;

        Order order = next();
        while (!(order instanceof Order.Claim)) {
            if (order instanceof Order.Idle idle) {
                now = idle.until();
            } else if (order instanceof Order.Look look) {
                election.answered(look, new Reply.Seen(new Seat.Vacant(), false), now);
            } else if (order instanceof Order.Survey survey) {
                election.answered(survey, surveyed(true, 1, 2), now);
            }
            order = next();
        }

        assertThat(now - vacant).isEqualTo(T.toNanos() * 13 / 20);
    }

    @Test
    void givesUpAndClaimsAgainWhenItsOwnNodeIsDeletedByHand() {
        look(new Seat.Vacant());
        survey(2);
        election.answered((Order.Request) next(), new Reply.Claimed(held(2)), now);
        assertThat(role()).isEqualTo(Role.MASTER);

        election.stirred(true, now);

        assertThat(role()).isEqualTo(Role.STANDBY);
        assertThat(next()).isInstanceOf(Order.Claim.class);
    }

    @Test
    void joinsAgainWhenItsOwnCandidateIsDeleted() {
        standBehindTheMaster();

        election.left(name(2), now);
        survey(1);

        assertThat(next()).isInstanceOf(Order.Join.class);
    }

    @Test
    void competesWithoutTheLineWhenItMayNotStandInIt() {
        look(new Seat.Vacant());
        election.answered((Order.Request) next(), new Failed(Kind.REFUSED, "no permission"), now);

        assertThat(next()).isInstanceOf(Order.Claim.class);
        assertThat(election.mastership().warning(now))
                .hasValueSatisfying(text -> assertThat(text).contains("without standing in line", "no permission"));
    }

    @Test
    void doesNotCompeteWhenTheOthersKeepTheLineToThemselves() {
        look(new Seat.Vacant());
        survey(1);
        election.answered((Order.Request) next(), new Failed(Kind.EXCLUDED, "not one of us"), now);
        assertThat(election.mastership().problem(now)).contains("not one of us");
        for (long begin = now; now - begin < 2 * T.toNanos(); now += T.toNanos() / 10) {
            Order order = next();
            assertThat(order).isNotInstanceOf(Order.Claim.class);
            if (order instanceof Order.Look look) {
                election.answered(look, new Reply.Seen(new Seat.Vacant(), false), now);
            } else if (order instanceof Order.Survey survey) {
                election.answered(survey, surveyed(true, 1), now);
            } else if (order instanceof Order.Join join) {
                election.answered(join, new Failed(Kind.EXCLUDED, "not one of us"), now);
            }
            assertThat(election.mastership().problem(now)).contains("not one of us");
        }

        look(new Seat.Vacant());
        survey(1);
        Order join = next();
        assertThat(join).as("it tries again").isInstanceOf(Order.Join.class);
        election.answered((Order.Request) join, new Reply.Done(), now);
        assertThat(election.mastership().trouble()).isNull();
    }

    @Test
    void whatOthersMayDoIsAWarningOfThisSession() {
        look(held(1));
        election.exposed("anybody may meddle");
        assertThat(election.mastership().warning(now)).contains("anybody may meddle");

        election.connected(new Session(5, T), now, now);
        look(held(1));
        assertThat(election.mastership().warning(now)).isEmpty();
    }

    @Test
    void whyThereIsNoConnectionIsToldUntilThereIsOne() {
        election.hindered("while connected");
        election.disconnected("lost");
        election.hindered("TLS fails");
        now += T.toNanos();
        assertThat(election.mastership().problem(now))
                .contains("no connection to ZooKeeper, and the lease has run out: TLS fails");

        election.connected(OWN, now, now);
        assertThat(election.mastership().hindrance()).isNull();
    }

    @Test
    void looksTheLaterTheFurtherBackItStands() {
        look(held(9));
        survey(1, 3, 4, 5, 2);

        election.stirred(true, now);

        assertThat(next()).isEqualTo(new Order.Idle(now + 25 * MILLI + 4 * MILLI / 10));
        election.stirred(false, now);
        assertThat(next()).isEqualTo(new Order.Idle(now + 4 * MILLI / 10));
    }

    private Order.Request lastRequest;

    private Order next() {
        Order order = election.next(now);
        if (order instanceof Order.Request request) {
            lastRequest = request;
        }
        return order;
    }

    private void standBehindTheMaster() {
        look(held(1));
        survey(1, 2);
    }

    private void look(Seat seat) {
        Order order = next();
        assertThat(order).isInstanceOf(Order.Look.class);
        election.answered((Order.Request) order, new Reply.Seen(seat, false), now);
    }

    private void survey(long... sessions) {
        Order order = next();
        assertThat(order).isInstanceOf(Order.Survey.class);
        election.answered((Order.Request) order, surveyed(true, sessions), now);
    }

    private void surveyFromFarBack(long... sessions) {
        election.answered((Order.Survey) next(), surveyed(false, sessions), now);
    }

    private static Reply surveyed(boolean watching, long... sessions) {
        return new Reply.Surveyed(
                Arrays.stream(sessions)
                        .mapToObj(session -> Candidate.of(name(session)).orElseThrow())
                        .toList(),
                watching);
    }

    private static String name(long session) {
        // The line's order is that in which the tests name the sessions, except that this instance came last.
        return Candidate.prefix(new Session(session, T)) + (session == OWN.id() ? "0000000099" : "000000000" + session);
    }

    private static Seat.Held held(long session) {
        return new Seat.Held(
                new Master("m" + session + ".example.com:1", 10 + session, Instant.EPOCH, session), 0, null);
    }

    private Role role() {
        return election.mastership().role(now);
    }
}
