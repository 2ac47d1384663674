package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Reply.Failed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows from the answer to a claim. The lease is 3000 ms. */
class ClaimTests {

    private final ElectionDriver driver = new ElectionDriver();

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
    void neverTimesOutAfterALeaseAndALateReplyCountsForNothing() {
        claiming();
        Action.Send claim = driver.pending();
        driver.pause(2999).expectNothing();
        driver.pause(1).expectNothing();
        long timedOut = driver.millis();
        driver.until(Request.Look.class);
        assertThat(driver.millis()).isEqualTo(timedOut + 150);

        driver.answer(claim, driver.execute(claim.request()));

        assertThat(driver.role()).isNotEqualTo(Role.MASTER);
    }

    @Test
    void neverTimesOutAfterTwoSecondsAtTheEarliest() {
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
