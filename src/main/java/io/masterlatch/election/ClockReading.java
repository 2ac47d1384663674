package io.masterlatch.election;

/**
 * Both clocks of this machine at one instant. Leases run on the monotonic clock; the wall clock shows that the machine was suspended,
 * during which the monotonic clock stands still on Linux.
 *
 * @param nanos {@link System#nanoTime()}, read first: a suspension between the two readings then counts as one
 * @param wallMillis {@link System#currentTimeMillis()}
 */
public record ClockReading(long nanos, long wallMillis) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Returns by how many nanoseconds the wall clock has run ahead of the monotonic one since an earlier reading. */
    long aheadSince(ClockReading earlier) {
        return (wallMillis - earlier.wallMillis) * NANOS_PER_MILLI - (nanos - earlier.nanos);
    }
}
