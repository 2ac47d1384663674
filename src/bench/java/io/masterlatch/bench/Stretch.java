package io.masterlatch.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A time during which one candidate answered that it leads, in {@link System#nanoTime()}, which all processes of a
 * machine share on Linux.
 *
 * @param begin the first such answer
 * @param end the last one
 */
record Stretch(long begin, long end) {

    /** Returns this stretch as far as it lies in a window; of no length when it lies outside. */
    Stretch within(long from, long to) {
        long first = Math.max(begin, from);
        return new Stretch(first, Math.max(first, Math.min(end, to)));
    }

    boolean touches(Stretch other) {
        return begin <= other.end && other.begin <= end;
    }

    /** Returns for how many nanoseconds candidates of two lists both led. */
    static long overlap(List<Stretch> one, List<Stretch> other) {
        return one.stream()
                .flatMap(a -> other.stream().filter(a::touches).map(b -> b.within(a.begin, a.end)))
                .mapToLong(common -> common.end - common.begin)
                .sum();
    }

    /** Returns whether at some instant both answered that they lead. */
    static boolean overlaps(List<Stretch> one, List<Stretch> other) {
        return one.stream().anyMatch(a -> other.stream().anyMatch(a::touches));
    }

    /** Returns for how many nanoseconds of a window there was no leader. */
    static long leaderless(List<Stretch> all, long from, long to) {
        List<Stretch> inOrder = new ArrayList<>(all);
        inOrder.sort(Comparator.comparingLong(Stretch::begin));
        long covered = from;
        long gaps = 0;
        for (Stretch stretch : inOrder) {
            Stretch inside = stretch.within(from, to);
            gaps += Math.max(0, inside.begin - covered);
            covered = Math.max(covered, inside.end);
        }
        return gaps + Math.max(0, to - covered);
    }
}
