package io.masterlatch.sidecar;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides from health checks whether this instance may be a candidate: UNKNOWN until a check succeeds, then HEALTHY;
 * UNHEALTHY when a check fails, the grace or more after the first failure in a row; HEALTHY again after the required
 * number of successes in a row. It has no clock and no thread.
 */
final class HealthHysteresis {

    /** Health of the application, smoothed. This instance may be a candidate while it is HEALTHY. */
    enum State {
        UNKNOWN,
        HEALTHY,
        UNHEALTHY
    }

    private final Duration grace;
    private final int recovery;
    private State state = State.UNKNOWN;
    private int successes;
    private @Nullable Long failingSince;

    HealthHysteresis(Duration grace, int recovery) {
        this.grace = grace;
        this.recovery = recovery;
    }

    /** Takes the result of a check at a time, in nanoseconds, and returns the state that follows. */
    State update(boolean healthy, long now) {
        if (healthy) {
            failingSince = null;
            successes++;
            if (state == State.UNKNOWN || successes >= recovery) {
                state = State.HEALTHY;
            }
            return state;
        }
        successes = 0;
        failingSince = failingSince == null ? Long.valueOf(now) : failingSince;
        if (state == State.HEALTHY && now - failingSince >= grace.toNanos()) {
            state = State.UNHEALTHY;
        }
        return state;
    }
}
