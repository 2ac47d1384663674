package io.masterlatch.latch;

import io.masterlatch.election.ClockReading;

/** Reads the clocks of this machine. */
final class SystemClock {

    private SystemClock() {}

    static ClockReading read() {
        long nanos = System.nanoTime();
        return new ClockReading(nanos, System.currentTimeMillis());
    }
}
