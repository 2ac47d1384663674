package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.L;
import static io.masterlatch.election.ElectionDriver.OTHER;
import static io.masterlatch.election.ElectionDriver.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Reply.Failed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the first in the queue follows a release that it has not seen. */
class ClaimWithoutALookTests {

    private final ElectionDriver driver = new ElectionDriver();

    @Test
    void theFirstInTheQueueClaimsTheRecordBehindTheOneThatItKnows() {
        driver.standby();
        int known = driver.lease.version();
        driver.releasedByOther();

        Request.Claim claim = driver.expect(Request.Claim.class);
        assertThat(claim.version()).isEqualTo(known + 1);
        assertThat(claim.guard()).isEqualTo(6);
        assertThat(claim.nodeVersion()).isNull();
        assertThat(claim.cause()).isEqualTo(TakeOver.RELEASED);
        driver.changes();
        driver.granted();

        assertThat(driver.role()).isEqualTo(Role.MASTER);
        assertThat(driver.changes())
                .containsExactly("STANDBY -> MASTER: took over from " + OTHER + ": it released the lease");
    }

    @ParameterizedTest
    @EnumSource(
            value = Failed.Kind.class,
            names = {"CONFLICT", "NO_LEASE", "NODE_CHANGED"})
    void aFailedClaimHasItLookAndIsNotRepeatedBeforeThat(Failed.Kind kind) {
        driver.standby().releasedByOther();
        driver.claimedByOther(L);
        driver.expect(Request.Claim.class);
        driver.fail(kind).on(new Event.GuardChanged());

        driver.look();
        driver.settle().on(new Event.GuardChanged());
        assertThat(driver.expect(Request.Claim.class).guard())
                .as("by that look")
                .isEqualTo(7);
    }

    @Test
    void withoutAnAnswerItLooks() {
        driver.standby().releasedByOther();
        driver.expect(Request.Claim.class);
        driver.execute(driver.pending().request());
        driver.fail(Failed.Kind.UNANSWERED);
        driver.until(Request.Look.class);
        driver.granted();

        assertThat(driver.snapshot().lease()).as("a look extends no lease").isNull();
        driver.until(Request.Renew.class);
        driver.granted();
        assertThat(driver.role()).isEqualTo(Role.MASTER);
    }

    @Test
    void oneFurtherBackLooks() {
        driver.queued(id(1)).standby();
        driver.releasedByOther();

        driver.look();
        driver.expectNothing();
    }

    @Test
    void anObserverLooks() {
        ElectionDriver observer = new ElectionDriver(false, L);
        observer.standby().releasedByOther();

        observer.look();
        observer.expectNothing();
    }

    @Test
    void withoutAGuardItLooks() {
        driver.guard = null;
        driver.standby();
        driver.released().without().on(new Event.GuardChanged());

        driver.look();
        assertThat(driver.expect(Request.Claim.class).guard()).isNull();
    }

    /**
     * Some of them mean any version to ZooKeeper, and a guard that is made anew passes none of the others before zero.
     */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -3, -2, -1})
    void aVersionBelowZeroShowsNothing(int version) {
        driver.guard = version;
        driver.standby().releasedByOther();
        driver.look();

        ElectionDriver other = new ElectionDriver();
        other.claimedByOther(L);
        other.lease = new LeaseNode(1, other.lease.mzxid(), version, other.lease.record());
        other.start().connect().settle();
        other.releasedByOther();
        other.look();
    }

    @Test
    void aReleasedRecordIsClaimedAsItWasSeen() {
        driver.standby();
        driver.releasedFor(id(1)).on(new Event.NodeChanged()).settle();
        driver.on(new Event.GuardChanged());

        driver.look();
    }

    @Test
    void whatMayBeOutOfDateIsLookedAt() {
        driver.standby().disconnect();
        driver.releasedByOther();
        driver.expectNothing();
        driver.connect();
        driver.look();
    }

    @Test
    void aCandidateThatWithdrawsClaimsNothing() {
        driver.standby().on(new Event.Withdraw(1, "withdrawn"));
        driver.releasedByOther().settle();

        assertThat(driver.requests()).doesNotContain("Claim");
        assertThat(driver.role()).isEqualTo(Role.OBSERVER);
    }
}
