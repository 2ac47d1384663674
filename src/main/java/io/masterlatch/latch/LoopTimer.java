package io.masterlatch.latch;

/** Wakes the loop. */
interface LoopTimer {

    /** Runs a task again and again with that pause in between. The task must not throw. */
    void every(long nanos, Runnable task);

    /** Runs a task once after that time, or as soon as possible after zero. The task must not throw. */
    void after(long nanos, Runnable task);

    /** Cancels what is scheduled. A task that runs completes. */
    void close();
}
