package io.masterlatch.sidecar;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long after each failure, up to a limit, and by chance up to half of it less, so that
 * many that failed together do not come back together.
 *
 * @param first the wait after the first failure
 * @param longest the longest wait
 * @param chance decides how much less it is
 */
record Backoff(Duration first, Duration longest, RandomGenerator chance) {

    Duration after(int failures) {
        long nanos = first.toNanos();
        for (int i = 1; i < failures && nanos < longest.toNanos(); i++) {
            nanos *= 2;
        }
        nanos = Math.min(nanos, longest.toNanos());
        return Duration.ofNanos(nanos - (long) (chance.nextDouble() * nanos / 2));
    }
}
