package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of the lease, in thousandths of a session timeout: 600 is 6T/10. */
class LeaseTests {

    private static final long T = 1000;
    private static final long LONG_AFTER = 100 * T;

    @Nested
    class FromAConnection {

        @Test
        void isWorthSixTenthsFromTheProof() {
            assertThat(new Lease(T, 0).end(100)).isEqualTo(700);
        }

        @Test
        void endsATwentiethBeforeTheLeaderCouldExpireTheSession() {
            assertThat(new Lease(T, 0).end(349)).isEqualTo(949);
            assertThat(new Lease(T, 0).end(350)).isEqualTo(950);
            assertThat(new Lease(T, 0).end(351)).isEqualTo(950);
            assertThat(new Lease(T, 0).end(900)).isEqualTo(950);
        }

        @Test
        @DisplayName("a proof sent long after the connection was made is worth nothing by itself")
        void mayBeOverBeforeItBegins() {
            assertThat(new Lease(T, 0).end(LONG_AFTER)).isEqualTo(950);
        }

        @Test
        void countsFromAReconnection() {
            Lease lease = new Lease(T, 0).reconnected(T, 2000);

            assertThat(lease.end(2100)).isEqualTo(2700);
            assertThat(lease.end(2500)).isEqualTo(2950);
        }

        @Test
        void keepsTheLaterEvidenceOfTwo() {
            Lease lease = new Lease(T, 2000).reconnected(T, 1000);

            assertThat(lease.end(2500)).isEqualTo(2950);
        }

        @Test
        void takesTheTimeoutAsNegotiatedAnew() {
            Lease lease = new Lease(T, 0).reconnected(2 * T, 100);

            assertThat(lease.end(200)).isEqualTo(200 + 1200);
            assertThat(lease.end(1500)).isEqualTo(100 + 1900);
        }
    }

    @Nested
    class FromThreeRequests {

        private final Lease lease = new Lease(T, 0);

        @Test
        void countsFromTheFirst() {
            lease.answered(LONG_AFTER, LONG_AFTER + 10);
            lease.answered(LONG_AFTER + 260, LONG_AFTER + 270);

            assertThat(lease.end(LONG_AFTER + 320)).isEqualTo(LONG_AFTER + 320 + 600);
            assertThat(lease.end(LONG_AFTER + 360)).isEqualTo(LONG_AFTER + 950);
        }

        @Test
        void needsAQuarterFromTheFirstAnswerToTheSecond() {
            lease.answered(LONG_AFTER, LONG_AFTER + 10);
            lease.answered(LONG_AFTER + 259, LONG_AFTER + 270);
            assertThat(lease.end(LONG_AFTER + 500)).isEqualTo(950);

            lease.answered(LONG_AFTER + 510, LONG_AFTER + 520);
            assertThat(lease.end(LONG_AFTER + 570))
                    .as("the second of the three is the one at 510 now")
                    .isEqualTo(LONG_AFTER + 950);
        }

        @Test
        void needsATwentiethFromTheSecondAnswerToTheThird() {
            lease.answered(LONG_AFTER, LONG_AFTER + 10);
            lease.answered(LONG_AFTER + 260, LONG_AFTER + 300);

            assertThat(lease.end(LONG_AFTER + 349)).isEqualTo(950);
            assertThat(lease.end(LONG_AFTER + 350)).isEqualTo(LONG_AFTER + 950);
        }

        @Test
        void takesTheLatestThreeThatFit() {
            for (long sent = LONG_AFTER; sent <= LONG_AFTER + 1000; sent += 100) {
                lease.answered(sent, sent + 10);
            }

            // Third at 1000, second at 900, first at 600: 900 - 610 is a quarter, 900 - 710 is not.
            assertThat(lease.end(LONG_AFTER + 1000)).isEqualTo(LONG_AFTER + 600 + 950);
        }

        @Test
        void doesNotTakeTheThirdItselfForTheSecond() {
            lease.answered(LONG_AFTER, LONG_AFTER + 10);
            lease.answered(LONG_AFTER + 260, LONG_AFTER + 300);

            assertThat(lease.end(LONG_AFTER + 260)).isEqualTo(950);
        }

        @Test
        void remembersWhatItKnew() {
            lease.answered(LONG_AFTER, LONG_AFTER + 10);
            lease.answered(LONG_AFTER + 260, LONG_AFTER + 270);
            lease.end(LONG_AFTER + 320);

            assertThat(lease.end(LONG_AFTER + 900)).isEqualTo(LONG_AFTER + 950);
        }

        @Test
        void survivesAReconnection() {
            lease.answered(LONG_AFTER, LONG_AFTER + 10);
            lease.answered(LONG_AFTER + 260, LONG_AFTER + 270);

            Lease again = lease.reconnected(T, 50);

            assertThat(again.end(LONG_AFTER + 360)).isEqualTo(LONG_AFTER + 950);
        }

        @Test
        void passesOverRequestsInQuickSuccession() {
            for (long sent = LONG_AFTER; sent < LONG_AFTER + 1000; sent++) {
                lease.answered(sent, sent + 1);
            }

            // One in twenty is noted: the second is that of 980, the first that of 720.
            assertThat(lease.end(LONG_AFTER + 1100)).isEqualTo(LONG_AFTER + 720 + 950);
        }
    }

    @ParameterizedTest
    @DisplayName("in the steady state each proof is worth 4T/10 or more, and with quick answers 55T/100")
    @ValueSource(longs = {0, 1, 10, 49, 50, 51, 80, 100, 150, 200})
    void steadyState(long answerTime) {
        Lease lease = new Lease(T, 0);
        long sent = 10;
        for (int proof = 0; proof < 200; proof++) {
            lease.answered(sent, sent + answerTime);
            long worth = lease.end(sent) - sent;
            if (answerTime <= 50) {
                assertThat(worth).isGreaterThanOrEqualTo(550);
            } else {
                assertThat(worth).isPositive();
            }
            sent += answerTime > 100 ? answerTime + 100 : 100;
        }
    }

    @ParameterizedTest
    @DisplayName("after a freeze the first proofs are worth nothing until there is new evidence")
    @ValueSource(longs = {700, 900, 1000, 1100, 5000})
    void freeze(long frozen) {
        Lease lease = new Lease(T, 0);
        long sent = 0;
        for (; sent <= 1000; sent += 100) {
            lease.answered(sent, sent + 5);
        }
        long lastBefore = sent - 100;
        long thaw = lastBefore + frozen;

        for (sent = thaw; sent < thaw + 400; sent += 100) {
            lease.answered(sent, sent + 5);
            assertThat(lease.end(sent))
                    .as("nothing after the thaw at %d counts yet at %d", thaw, sent)
                    .isLessThanOrEqualTo(lastBefore + 950);
        }
        lease.answered(sent, sent + 5);
        assertThat(lease.end(sent)).isEqualTo(thaw + 950);
    }

    @ParameterizedTest
    @DisplayName("nanoTime may start anywhere and wrap around")
    @ValueSource(longs = {Long.MAX_VALUE - 1500, Long.MAX_VALUE - 500, Long.MAX_VALUE, Long.MIN_VALUE, -1, -700})
    void wrapsAround(long start) {
        Lease lease = new Lease(T, start);
        assertThat(lease.end(start + 100) - start).isEqualTo(700);
        assertThat(lease.end(start + 400) - start).isEqualTo(950);

        for (long sent = 0; sent <= 2000; sent += 100) {
            lease.answered(start + sent, start + sent + 5);
        }
        assertThat(lease.end(start + 2000) - start).isEqualTo(1600 + 950);
        assertThat(lease.reconnected(T, start + 1000).end(start + 2000) - start).isEqualTo(1600 + 950);
        assertThat(lease.reconnected(T, start + 1900).end(start + 2000) - start).isEqualTo(2600);
    }
}
