package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.L;
import static io.masterlatch.election.ElectionDriver.OTHER;
import static io.masterlatch.election.ElectionDriver.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Reply.Failed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What follows from the answer to a renewal. The lease is 3000 ms. */
class RenewalTests {

    private final ElectionDriver driver = new ElectionDriver();

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
        assertThat(driver.changes()).containsExactly("MASTER -> STANDBY: the master's node belongs to another session");
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
                null,
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
    void aWatchInTheQueueThatIsRefusedHoldsUpNoClaimAndNoRenewal() {
        driver.queued(ElectionDriver.id(1)).start().connect();
        driver.until(Request.WatchCandidate.class);
        driver.answer(new Failed(Failed.Kind.REFUSED, "NOAUTH"));
        assertThat(driver.problem()).isNull();
        assertThat(driver.snapshot().warning())
                .contains("this instance is a candidate without a place in the queue: NOAUTH");

        driver.until(Request.Claim.class);
        driver.granted();
        long claimed = driver.millis();
        driver.until(Request.Renew.class);
        assertThat(driver.millis()).isEqualTo(claimed + 600);

        driver.granted().until(Request.WatchCandidate.class);
        driver.granted();
        assertThat(driver.snapshot().warning()).isEmpty();
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
        driver.renewing().fail(Failed.Kind.UNANSWERED).disconnect().pause(50).expectNothing();

        driver.connect();

        assertThat(driver.expect(Request.Look.class).sync()).isTrue();
        driver.granted().expect(Request.Renew.class);
    }

    @Test
    void neverTimesOutAndTheLeaseRunsOut() {
        driver.renewing();
        Action.Send renewal = driver.pending();
        driver.pause(2400);
        assertThat(driver.role()).isNotEqualTo(Role.MASTER);
        driver.pause(600).expectNothing();

        driver.answer(renewal, driver.execute(renewal.request()));

        assertThat(driver.role()).isNotEqualTo(Role.MASTER);
    }
}
