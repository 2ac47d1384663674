package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.L;
import static io.masterlatch.election.ElectionDriver.NEXT_SESSION;
import static io.masterlatch.election.ElectionDriver.OTHER;
import static io.masterlatch.election.ElectionDriver.SELF;
import static io.masterlatch.election.ElectionDriver.SESSION;
import static io.masterlatch.election.ElectionDriver.id;
import static io.masterlatch.election.ElectionDriver.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.LeaseRecord.Kind;
import io.masterlatch.election.Reply.Failed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a candidate does by what it sees. The lease is 3000 ms. */
class LookTests {

    private final ElectionDriver driver = new ElectionDriver();

    @Test
    void noLeaseNodeAndNoTraceOfOneHasItCreatedAsReleased() {
        driver.lease = null;
        driver.start().connect().look();

        Request.CreateLease create = driver.expect(Request.CreateLease.class);

        assertThat(create.record().isReleased()).isTrue();
        driver.granted().look();
        assertThat(driver.until(Request.Claim.class).cause()).isEqualTo(TakeOver.UNHELD);
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

        assertThat(driver.expect(Request.CreateLease.class).record().length()).isEqualTo(L);
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
        assertThat(driver.changes()).containsExactly("MASTER -> STANDBY: the master's node belongs to another session");
        driver.run(20_000);
        assertThat(driver.requests()).filteredOn(name -> name.equals("Claim")).hasSize(1);
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
                .containsExactly("STANDBY -> MASTER: took over from other:1: its lease lapsed and its session ended");
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
        driver.node = new MasterNode(driver.node.czxid(), 2, SESSION.id(), ElectionDriver.SINCE, MasterData.of(null));
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
    void anAddressThatMayNotBePutBackIsAWarningAndHoldsUpNoRenewal() {
        driver.master();
        driver.node = new MasterNode(driver.node.czxid(), 2, SESSION.id(), ElectionDriver.SINCE, MasterData.of(null));
        driver.on(new Event.NodeChanged()).look();
        driver.expect(Request.RestoreAddress.class);
        long refused = driver.millis();
        driver.answer(new Reply.Failed(Failed.Kind.REFUSED, "NOAUTH"));
        assertThat(driver.problem()).isNull();
        assertThat(driver.snapshot().warning()).contains("NOAUTH");

        driver.until(Request.Renew.class);
        assertThat(driver.millis()).isLessThanOrEqualTo(refused + 600);

        driver.granted().until(Request.RestoreAddress.class);
        driver.granted();
        assertThat(driver.snapshot().warning()).isEmpty();
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
