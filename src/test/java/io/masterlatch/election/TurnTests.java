package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.JITTER;
import static io.masterlatch.election.ElectionDriver.OTHER_ID;
import static io.masterlatch.election.ElectionDriver.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Reply.Failed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which candidate claims when. The lease is 3000 ms. */
class TurnTests {

    private final ElectionDriver driver = new ElectionDriver();

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
        driver.standby()
                .without()
                .released()
                .on(new Event.NodeChanged())
                .pause(10)
                .look();
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
    void theNamedCandidateOfAHandOverActsAtOnceInAnyPosition() {
        queue(5);
        driver.standby()
                .releasedFor(driver.id())
                .on(new Event.NodeChanged())
                .pause(10)
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
