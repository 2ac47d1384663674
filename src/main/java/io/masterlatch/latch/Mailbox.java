package io.masterlatch.latch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs inputs one at a time and in order, each on the thread that brings it, or on the thread that runs another one
 * just then. No thread waits for another. Each input sees what the one before it has done.
 *
 * <p>So a claim goes out on the thread that reads that the lease is free: waking another thread would cost a good part
 * of a millisecond.
 */
final class Mailbox {

    private final Queue<Runnable> inputs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Consumer<Throwable> failures;

    /** Creates a mailbox that passes what an input throws to the consumer. */
    Mailbox(Consumer<Throwable> failures) {
        this.failures = failures;
    }

    /** Runs an input, which must not block. */
    void put(Runnable input) {
        inputs.add(input);
        if (waiting.getAndIncrement() == 0) {
            do {
                run(inputs.remove());
            } while (waiting.decrementAndGet() > 0);
        }
    }

    /** Catches everything, an Error too: what escaped would leave the mailbox closed for ever. */
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
