package io.masterlatch.simulation;

/** The monotonic clock of one process: it starts anywhere and runs at its own rate. */
final class Clock {

    private final Timeline timeline;
    private final long offset;
    private final double rate;

    Clock(Timeline timeline, long offset, double rate) {
        this.timeline = timeline;
        this.offset = offset;
        this.rate = rate;
    }

    /** What it shows now, as {@link System#nanoTime()} would. */
    long now() {
        return offset + (long) (timeline.now() * rate);
    }

    /** The virtual time at which it will show a reading. */
    long when(long reading) {
        return timeline.now() + Math.max(0, (long) Math.ceil((reading - now()) / rate) + 1);
    }
}
