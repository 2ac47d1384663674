package io.masterlatch.latch;

/** When the loop is to look at its clock again. */
interface LoopTimer {

    /**
     * Runs a task again and again, with that pause in between, until {@link #close}.
     *
     * @param nanos the pause
     * @param task must not throw
     */
    void every(long nanos, Runnable task);

    /**
     * Runs a task once.
     *
     * @param nanos after how long; zero for as soon as possible
     * @param task must not throw
     */
    void after(long nanos, Runnable task);

    /** Ends what is to come. A task that is running completes. */
    void close();
}
