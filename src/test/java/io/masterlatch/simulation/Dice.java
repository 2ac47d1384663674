package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** All that is left to chance, which is nothing once the seed is known. */
final class Dice {

    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Dice of their own for another matter, so that throws there do not change those here. */
    Dice split() {
        return new Dice(random.nextLong());
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From the first to the second, both included. */
    long between(long from, long to) {
        return from >= to ? from : random.nextLong(from, to + 1);
    }

    /** From the first to the second, both included. */
    int between(int from, int to) {
        return random.nextInt(from, to + 1);
    }

    double real(double from, double to) {
        return from + random.nextDouble() * (to - from);
    }

    long any() {
        return random.nextLong();
    }

    <E> E oneOf(List<E> items) {
        return items.get(random.nextInt(items.size()));
    }

    <E> List<E> shuffled(List<E> items) {
        List<E> shuffled = new ArrayList<>(items);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        return shuffled;
    }
}
