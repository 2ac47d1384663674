package io.masterlatch.latch;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer with one thread, which starts at once: later there may be no thread available. */
final class ThreadTimer implements ElectionLoop.Timer {

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, Threads.named("masterlatch-election"));

    ThreadTimer() {
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.prestartAllCoreThreads();
    }

    @Override
    public void every(long nanos, Runnable task) {
        thread.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void after(long nanos, Runnable task) {
        thread.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
