package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

/** What came of the same fault in several runs, in milliseconds. */
final class Outcome {

    private final Samples both = new Samples();
    private final Samples leaderless = new Samples();
    private int runs;
    private int overlaps;

    /** Adds what two candidates answered in a window. */
    synchronized void add(Duel duel, long from, long to) {
        runs++;
        both.add(duel.overlap(from, to) / 1e6);
        leaderless.add(Stretch.leaderless(duel.all(from, to), from, to) / 1e6);
        overlaps += duel.overlaps(from, to) ? 1 : 0;
    }

    /** Returns in how many runs both led, and the median and the longest time for which they did. */
    String both() {
        return "%d of %d: %s ms, %s ms".formatted(overlaps, runs, show(both.median(), 0), show(both.quantile(1), 0));
    }

    /** Returns the median of how long neither led. */
    String leaderless() {
        return show(leaderless.median() / 1e3, 2) + " s";
    }
}
