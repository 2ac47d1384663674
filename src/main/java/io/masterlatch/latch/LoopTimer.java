package io.masterlatch.latch;

/** When the loop is to look at its clock again. */
interface LoopTimer {

    /** Runs a task, which must not throw, again and again with that pause in between. */
    void every(long nanos, Runnable task);

    /** Runs a task, which must not throw, once; after zero as soon as possible. */
    void after(long nanos, Runnable task);

    /** Ends what is to come. A task that is running completes. */
    void close();
}
