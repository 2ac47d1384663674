package io.masterlatch.latch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Takes inputs one at a time and in their order, each on the thread that brings it, or on one that is just taking another. No thread
 * waits for another, and what one input has done the next one sees.
 *
 * <p>Between the news that the lease is free and the claim no other thread has to wake up, which would take a good part of a
 * millisecond.
 */
final class Mailbox {

    private final Queue<Runnable> inputs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Consumer<Throwable> failures;

    /** Whatever an input throws goes to the consumer. */
    Mailbox(Consumer<Throwable> failures) {
        this.failures = failures;
    }

    /** Takes an input, which must not block. */
    void put(Runnable input) {
        inputs.add(input);
        if (waiting.getAndIncrement() == 0) {
            do {
                run(inputs.remove());
            } while (waiting.decrementAndGet() > 0);
        }
    }

    /** What escaped here, an Error also, would leave the mailbox closed for ever. */
    private void run(Runnable input) {
        try {
            input.run();
        } catch (Throwable ex) {
            try {
                failures.accept(ex);
            } catch (Throwable again) {
                ex.addSuppressed(again);
            }
        }
    }
}
