package io.masterlatch.election;

/**
 * Both clocks of this machine at one instant. Leases run on the monotonic clock. On Linux that clock stops while the
 * machine is suspended, and the wall clock shows it.
 *
 * @param nanos {@link System#nanoTime()}, read first, so that a suspension between the two readings counts
 * @param wallMillis {@link System#currentTimeMillis()}
 */
public record ClockReading(long nanos, long wallMillis) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Returns how many nanoseconds more the wall clock has advanced than the monotonic one since a reading. */
    long aheadSince(ClockReading earlier) {
        return (wallMillis - earlier.wallMillis) * NANOS_PER_MILLI - (nanos - earlier.nanos);
    }
}
