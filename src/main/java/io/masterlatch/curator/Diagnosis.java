package io.masterlatch.curator;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reason why there is no connection, found out on a thread of its own, and anew every 10 s for as long as it is
 * asked for.
 */
final class Diagnosis {

    private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

    private final Supplier<@Nullable String> tlsFailure;
    private volatile @Nullable String finding;
    private volatile @Nullable Thread thread;
    private volatile long ended = System.nanoTime() - INTERVAL;

    /** Creates a diagnosis; {@code tlsFailure} says first what is wrong with TLS, or null. */
    Diagnosis(Supplier<@Nullable String> tlsFailure) {
        this.tlsFailure = tlsFailure;
    }

    /** Starts a diagnosis, unless one was made just now or is under way. */
    void begin(String connectString, boolean secure, BooleanSupplier over) {
        if (thread != null || System.nanoTime() - ended < INTERVAL) {
            return;
        }
        Thread begun = new Thread(
                () -> {
                    try {
                        String failure = tlsFailure.get();
                        finding = failure != null ? failure : ServerProbe.words(connectString, secure, over);
                    } finally {
                        ended = System.nanoTime();
                        thread = null;
                    }
                },
                "masterlatch-probe");
        begun.setDaemon(true);
        thread = begun;
        try {
            begun.start();
        } catch (OutOfMemoryError ex) {
            // There is no thread, and so no finding.
            thread = null;
        }
    }

    /** Called when there is a connection. */
    void forget() {
        finding = null;
        ended = System.nanoTime() - INTERVAL;
    }

    /** Returns the last finding; null before the first one. */
    @Nullable
    String finding() {
        String found = finding;
        return found == null || found.isEmpty() ? null : found;
    }
}
