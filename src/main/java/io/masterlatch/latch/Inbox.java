package io.masterlatch.latch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes inputs one at a time and in their order, each on the thread that brings it, or on one that is just taking another. Nobody
 * waits for anybody, and what one input has done the next one sees.
 *
 * <p>Between the news that the seat is vacant and the claim that it calls for no other thread has to wake up, which would take a
 * good part of a millisecond.
 */
final class Inbox {

    private final Queue<Runnable> inputs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Takes an input, which must neither throw nor block. */
    void put(Runnable input) {
        inputs.add(input);
        if (waiting.getAndIncrement() == 0) {
            do {
                inputs.remove().run();
            } while (waiting.decrementAndGet() > 0);
        }
    }
}
