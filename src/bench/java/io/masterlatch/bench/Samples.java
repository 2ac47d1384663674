package io.masterlatch.bench;

import java.util.Locale;
import java.util.stream.DoubleStream;

/** Numbers of which the middle and the tail are of interest. */
final class Samples {

    private final DoubleStream.Builder values = DoubleStream.builder();
    private double[] sorted;

    synchronized void add(double value) {
        values.add(value);
    }

    double median() {
        return quantile(0.5);
    }

    /** Returns the value at this share of the sorted samples, not a number when there is none. */
    double quantile(double share) {
        double[] all = sorted();
        if (all.length == 0) {
            return Double.NaN;
        }
        return all[(int) Math.min(all.length - 1L, Math.round(share * (all.length - 1)))];
    }

    double mean() {
        return DoubleStream.of(sorted()).average().orElse(Double.NaN);
    }

    int count() {
        return sorted().length;
    }

    long above(double limit) {
        return DoubleStream.of(sorted()).filter(value -> value > limit).count();
    }

    /** Returns a number as tables show it. */
    static String show(double value, int digits) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private synchronized double[] sorted() {
        if (sorted == null) {
            sorted = values.build().sorted().toArray();
        }
        return sorted;
    }
}
