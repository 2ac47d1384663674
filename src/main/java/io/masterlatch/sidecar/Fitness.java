package io.masterlatch.sidecar;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the checks of the application's health whether this instance may be a candidate. No clock and no thread: each check comes
 * with its time.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>from</th><th>when</th><th>to</th></tr>
 * <tr><td>unproven</td><td>the first check that succeeds</td><td>fit</td></tr>
 * <tr><td>fit</td><td>a check that fails, a grace or more after the first in a row that did</td><td>unfit</td></tr>
 * <tr><td>unfit</td><td>so many checks in a row have succeeded</td><td>fit</td></tr>
 * </table>
 */
final class Fitness {

    /** Whether this instance may be a candidate. */
    enum State {
        /** The application has not been healthy yet. */
        UNPROVEN,
        /** It may be a candidate. */
        FIT,
        /** The application was healthy, and is not any more. */
        UNFIT
    }

    private final Duration grace;
    private final int recovery;
    private State state = State.UNPROVEN;
    private int wellInRow;
    private boolean ailing;
    private long ailingSince;

    /**
     * Makes it unproven.
     *
     * @param grace for how long checks may fail
     * @param recovery how many checks in a row make it fit again, at least one
     */
    Fitness(Duration grace, int recovery) {
        this.grace = grace;
        this.recovery = recovery;
    }

    /** Takes in what a check found, null when the application is well, and tells the state that follows. */
    State checked(@Nullable String ailment, long now) {
        if (ailment == null) {
            ailing = false;
            wellInRow++;
            if (state == State.UNPROVEN || (state == State.UNFIT && wellInRow >= recovery)) {
                state = State.FIT;
            }
            return state;
        }
        wellInRow = 0;
        if (!ailing) {
            ailing = true;
            ailingSince = now;
        }
        if (state == State.FIT && now - ailingSince >= grace.toNanos()) {
            state = State.UNFIT;
        }
        return state;
    }
}
