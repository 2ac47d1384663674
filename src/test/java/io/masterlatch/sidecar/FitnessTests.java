package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.sidecar.Fitness.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FitnessTests {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    // Near the overflow of the clock, which may begin anywhere.
    private long now = Long.MAX_VALUE - 5 * SECOND;

    private final Fitness fitness = new Fitness(Duration.ofSeconds(10), 3);

    @Test
    void isUnprovenUntilTheApplicationWasWellOnce() {
        assertThat(ails()).isEqualTo(State.UNPROVEN);
        later(60);
        assertThat(ails()).isEqualTo(State.UNPROVEN);
        assertThat(well()).isEqualTo(State.FIT);
    }

    @Test
    void isUnfitWhenItHasAiledForTheGrace() {
        well();
        later(100);
        assertThat(ails()).isEqualTo(State.FIT);
        later(9);
        assertThat(ails()).isEqualTo(State.FIT);
        later(1);
        assertThat(ails()).isEqualTo(State.UNFIT);
    }

    @Test
    void forgetsAnAilmentThatPassedWithinTheGrace() {
        well();
        ails();
        later(9);
        ails();
        well();
        later(9);
        assertThat(ails()).isEqualTo(State.FIT);
        later(9);
        assertThat(ails()).isEqualTo(State.FIT);
        later(1);
        assertThat(ails()).isEqualTo(State.UNFIT);
    }

    @Test
    void isFitAgainAfterSoManyChecksInARow() {
        fallIll();
        assertThat(well()).isEqualTo(State.UNFIT);
        assertThat(well()).isEqualTo(State.UNFIT);
        assertThat(ails()).isEqualTo(State.UNFIT);
        assertThat(well()).isEqualTo(State.UNFIT);
        assertThat(well()).isEqualTo(State.UNFIT);
        assertThat(well()).isEqualTo(State.FIT);
        assertThat(ails()).isEqualTo(State.FIT);
    }

    @Test
    void withoutAGraceTheFirstAilmentCounts() {
        Fitness strict = new Fitness(Duration.ZERO, 1);
        strict.checked(null, now);
        assertThat(strict.checked("ill", now)).isEqualTo(State.UNFIT);
        assertThat(strict.checked(null, now)).isEqualTo(State.FIT);
    }

    private void fallIll() {
        well();
        ails();
        later(10);
        assertThat(ails()).isEqualTo(State.UNFIT);
    }

    private State well() {
        return fitness.checked(null, now);
    }

    private State ails() {
        return fitness.checked("it answers 503", now);
    }

    private void later(int seconds) {
        now += seconds * SECOND;
    }
}
