package io.masterlatch.election;

/** Comparisons of times in {@link ClockReading#nanos()}, which may wrap around. */
final class Times {

    private Times() {}

    static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    /** Returns the earlier one of those that have not passed. */
    static long next(long a, long b, ClockReading now) {
        if (b - now.nanos() <= 0) {
            return a;
        }
        return a - now.nanos() <= 0 ? b : earlier(a, b);
    }
}
