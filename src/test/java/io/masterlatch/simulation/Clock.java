package io.masterlatch.simulation;

import io.masterlatch.election.ClockReading;

/**
 * Both clocks of one machine. Each starts anywhere and runs at its own rate; the monotonic one stops during a
 * suspension.
 */
final class Clock {

    private static final double NANOS_PER_MILLI = 1_000_000;

    private final Timeline timeline;
    private final long offset;
    private final double rate;
    private final double wallRate;
    private final long wallOffset;
    private long wallSet;
    private long suspended;
    private long suspendedSince;
    private long suspendedUntil;

    Clock(Timeline timeline, long offset, double rate, double wallRate) {
        this.timeline = timeline;
        this.offset = offset;
        this.rate = rate;
        this.wallRate = wallRate;
        this.wallOffset = offset >>> 20;
    }

    /** Stops the monotonic clock for a time. */
    void suspend(long time) {
        suspendedSince = timeline.now();
        suspendedUntil = suspendedSince + time;
        suspended += time;
    }

    boolean isSuspended() {
        return timeline.now() < suspendedUntil;
    }

    /** Sets the wall clock forward or back. */
    void setWall(long millis) {
        wallSet += millis;
    }

    /** What the monotonic clock shows now, as {@link System#nanoTime()} would. */
    long now() {
        long passed = isSuspended()
                ? suspendedSince - (suspended - (suspendedUntil - suspendedSince))
                : timeline.now() - suspended;
        return offset + (long) (passed * rate);
    }

    ClockReading reading() {
        return new ClockReading(now(), wallOffset + wallSet + (long) (timeline.now() * wallRate / NANOS_PER_MILLI));
    }

    /** The virtual time at which the monotonic clock will show a reading, unless another suspension comes before. */
    long when(long reading) {
        // A process that is killed while its machine is suspended starts again meanwhile, on a clock that does not
        // move.
        return Math.max(timeline.now(), suspendedUntil) + Math.max(0, (long) Math.ceil((reading - now()) / rate) + 1);
    }
}
