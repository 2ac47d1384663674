package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.sidecar.HealthHysteresis.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthHysteresisTests {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    // Near the overflow of the clock, which may begin anywhere.
    private long now = Long.MAX_VALUE - 5 * SECOND;

    private final HealthHysteresis health = new HealthHysteresis(Duration.ofSeconds(10), 3);

    @Test
    void isUnknownUntilAFirstCheckSucceeds() {
        assertThat(failure()).isEqualTo(State.UNKNOWN);
        later(60);
        assertThat(failure()).isEqualTo(State.UNKNOWN);
        assertThat(success()).isEqualTo(State.HEALTHY);
    }

    @Test
    void isUnhealthyWhenChecksHaveFailedForTheGrace() {
        success();
        later(100);
        assertThat(failure()).isEqualTo(State.HEALTHY);
        later(9);
        assertThat(failure()).isEqualTo(State.HEALTHY);
        later(1);
        assertThat(failure()).isEqualTo(State.UNHEALTHY);
    }

    @Test
    void aSuccessWithinTheGraceStartsItAgain() {
        success();
        failure();
        later(9);
        failure();
        success();
        later(9);
        assertThat(failure()).isEqualTo(State.HEALTHY);
        later(9);
        assertThat(failure()).isEqualTo(State.HEALTHY);
        later(1);
        assertThat(failure()).isEqualTo(State.UNHEALTHY);
    }

    @Test
    void isHealthyAgainAfterTheRequiredSuccessesInARow() {
        success();
        failure();
        later(10);
        assertThat(failure()).isEqualTo(State.UNHEALTHY);
        assertThat(success()).isEqualTo(State.UNHEALTHY);
        assertThat(success()).isEqualTo(State.UNHEALTHY);
        assertThat(failure()).isEqualTo(State.UNHEALTHY);
        assertThat(success()).isEqualTo(State.UNHEALTHY);
        assertThat(success()).isEqualTo(State.UNHEALTHY);
        assertThat(success()).isEqualTo(State.HEALTHY);
        assertThat(failure()).isEqualTo(State.HEALTHY);
    }

    @Test
    void withoutAGraceTheFirstFailureCounts() {
        HealthHysteresis strict = new HealthHysteresis(Duration.ZERO, 1);
        strict.update(true, now);
        assertThat(strict.update(false, now)).isEqualTo(State.UNHEALTHY);
        assertThat(strict.update(true, now)).isEqualTo(State.HEALTHY);
    }

    private State success() {
        return health.update(true, now);
    }

    private State failure() {
        return health.update(false, now);
    }

    private void later(int seconds) {
        now += seconds * SECOND;
    }
}
