package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.L;
import static io.masterlatch.election.ElectionDriver.OTHER_ID;
import static io.masterlatch.election.ElectionDriver.SELF;
import static io.masterlatch.election.ElectionDriver.SESSION;
import static io.masterlatch.election.ElectionDriver.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The same epoch again, the lease in force, and other inputs of an election. The lease is 3000 ms. */
class ElectionTests {

    private final ElectionDriver driver = new ElectionDriver();

    @Nested
    class TheSameEpochAgain {

        @Test
        void aLateRenewalThatSucceedsIsALossAndAGain() {
            driver.renewing().changes();
            long epoch = driver.namedMaster().epoch();
            Action.Send renewal = driver.pending();
            driver.pause(2500).expectNothing();
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
            driver.pause(10).suspend(301);

            assertThat(driver.role()).isNotEqualTo(Role.MASTER);
            driver.expect(Request.Renew.class);
            assertThat(driver.changes())
                    .containsExactly("MASTER -> UNKNOWN: the wall clock ran ahead by 301 ms:"
                            + " the machine was suspended, or its clock was set");
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
        void anotherTimeoutThanTheOneAskedForIsOneWarningWithBoth() {
            driver.start()
                    .connect(new Session(1, Duration.ofSeconds(6), Duration.ofSeconds(60)))
                    .settle();

            assertThat(driver.snapshot().warning())
                    .contains("ZooKeeper granted a session timeout of 6000 ms instead of 60000 ms");
            driver.connect(new Session(1, Duration.ofSeconds(4), Duration.ofSeconds(60)));
            assertThat(driver.snapshot().warning())
                    .contains(
                            "ZooKeeper granted a session timeout of 4000 ms instead of 60000 ms, which shortens the lease"
                                    + " from 3000 ms to 2000 ms");
            driver.connect(new Session(1, Duration.ofSeconds(60), Duration.ofSeconds(60)));
            assertThat(driver.snapshot().warning()).isEmpty();
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

        driver.on(new Event.NodeChanged()).on(new Event.CandidateLeft()).expectNothing();
    }

    @Test
    void aReplyToAnotherRequestIsIgnored() {
        driver.start().connect();
        driver.expect(Request.Look.class);

        driver.on(new Event.Replied(99, new Reply.Looked(driver.lease, null, null, true)))
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
    void anStoreWarningIsAWarningUntilItIsTakenBack() {
        driver.master().on(new Event.StoreWarning("access", "/master-lease has another ACL"));
        assertThat(driver.snapshot().warning()).contains("/master-lease has another ACL");

        driver.on(new Event.StoreWarning("access", null));
        assertThat(driver.snapshot().warning()).isEmpty();
    }
}
