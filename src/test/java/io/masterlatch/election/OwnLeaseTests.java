package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Mastership.Lease;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which records are mine, and how long the lease is. */
class OwnLeaseTests {

    private static final Duration L = Duration.ofMillis(1000);
    private static final Master MASTER = new Master("self:1", 7, ElectionDriver.SINCE, 1, "t1");

    private int tokens;
    private final OwnLease own = new OwnLease(() -> "t" + ++tokens);

    @BeforeEach
    void draw() {
        own.drawId(0);
    }

    @Test
    void aRecordIsMineByIdAndTheNonceOfAnyWriteSinceTheLastConfirmedOne() {
        String first = own.nonce();
        String second = own.nonce();

        assertThat(own.wrote(record("t1", first))).isTrue();
        assertThat(own.wrote(record("t1", second))).isTrue();
        assertThat(own.wrote(record("t2", first))).isFalse();
    }

    @Test
    void anUnansweredWriteLeavesADoubtUntilAnotherRecordIsThere() {
        own.nonce();
        own.unanswered();
        assertThat(own.isDoubtful()).isTrue();
        own.replaced();
        assertThat(own.isDoubtful()).isFalse();
    }

    @Test
    void whatWasSentBeforeAConfirmedWriteIsNotMineAnyMore() {
        String first = own.nonce();
        String second = own.nonce();
        String third = own.nonce();

        own.confirm(second);

        assertThat(own.wrote(record("t1", first))).isFalse();
        assertThat(own.wrote(record("t1", second))).isTrue();
        assertThat(own.wrote(record("t1", third))).isTrue();
        own.confirm(third);
        assertThat(own.wrote(record("t1", second))).isFalse();
    }

    @Test
    void myIdWithAnotherNonceIsAClones() {
        String nonce = own.nonce();

        assertThat(own.isCloned(record("t1", "t99"))).isTrue();
        assertThat(own.isCloned(record("t1", nonce))).isFalse();
        assertThat(own.isCloned(record("t2", "t99"))).isFalse();
        assertThat(own.isCloned(LeaseRecord.of(null))).isFalse();
    }

    @Test
    void withANewIdNothingWrittenBeforeIsMine() {
        String nonce = own.nonce();
        own.confirm(nonce);
        own.drawId(0);

        assertThat(own.id()).isEqualTo("t3");
        assertThat(own.wrote(record("t1", nonce))).isFalse();
        assertThat(own.isCloned(record("t1", nonce))).isFalse();
    }

    @Test
    void theLeaseRunsFromTheSendingAndIsRenewedAFifthLater() {
        assertThat(own.extend(lease(100), at(150))).isTrue();

        assertThat(own.lease()).isEqualTo(lease(100));
        assertThat(own.renewAt()).isEqualTo(300_000_000);
    }

    @Test
    void aReplyAfterTheEndExtendsNothingAndIsFollowedByARenewalAtOnce() {
        assertThat(own.extend(lease(100), at(1100))).isFalse();

        assertThat(own.lease()).isNull();
        assertThat(own.renewAt()).isEqualTo(1_100_000_000);
    }

    @Test
    void aLateReplyDoesNotEndALeaseThatRuns() {
        own.extend(lease(100), at(100));
        own.extend(lease(50), at(1090));

        assertThat(own.lease()).isEqualTo(lease(100));
    }

    @Test
    void itEndedWhenItRanOutOrWhenItWasEnded() {
        own.extend(lease(100), at(100));
        own.end(at(200));
        assertThat(own.lease()).isNull();
        assertThat(own.ended()).isEqualTo(200_000_000);

        own.extend(lease(300), at(300));
        own.end(at(5000));
        assertThat(own.ended()).isEqualTo(1_300_000_000);
        assertThat(own.renewAt()).isEqualTo(5_000_000_000L);
    }

    private static LeaseRecord record(String holder, String nonce) {
        return LeaseRecord.held(holder, nonce, L, 7, "self:1");
    }

    private static Lease lease(long sent) {
        return new Lease(MASTER, at(sent), L);
    }

    private static ClockReading at(long millis) {
        return new ClockReading(millis * 1_000_000, 1_000_000 + millis);
    }
}
