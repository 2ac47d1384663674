package io.masterlatch.latch;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Threads that wait for leadership, from a start of the latch to its close. */
final class Awaiting {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Object run; // guarded by 'lock'; another one for each start, and none while closed

    void open() {
        change(() -> run = new Object());
    }

    void close() {
        change(() -> run = null);
    }

    /** Applies a change and wakes the waiting threads. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits up to that long. Returns true if the latch leads, is open and was not closed (and started again) meanwhile.
     */
    boolean await(BooleanSupplier leads, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            Object present = run;
            while (present != null && present == run) {
                if (leads.getAsBoolean()) {
                    return true;
                }
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }
}
