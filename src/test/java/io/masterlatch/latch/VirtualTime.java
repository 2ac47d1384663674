package io.masterlatch.latch;

import io.masterlatch.election.ClockReading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Both clocks, and the timers of loops: what is due at once runs at once, and the rest on the thread that advances the
 * time.
 */
final class VirtualTime implements Supplier<ClockReading> {

    private final List<Task> tasks = new ArrayList<>(); // guarded by 'this', as all is
    private long nanos = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
    private long wallMillis = 1_800_000_000_000L;
    private boolean held;

    private record Task(Object timer, long at, long period, Runnable run) {}

    @Override
    public synchronized ClockReading get() {
        return new ClockReading(nanos, wallMillis);
    }

    ElectionLoop.Timer timer() {
        return new ElectionLoop.Timer() {

            @Override
            public void every(long period, Runnable task) {
                add(new Task(this, get().nanos() + period, period, task));
            }

            @Override
            public void after(long pause, Runnable task) {
                if (pause <= 0 && !isHeld()) {
                    task.run();
                } else {
                    add(new Task(this, get().nanos() + pause, 0, task));
                }
            }

            @Override
            public void close() {
                remove(this);
            }
        };
    }

    /** Lets time pass and runs what comes due meanwhile. */
    void advance(Duration time) {
        long end = get().nanos() + time.toNanos();
        for (Task task = next(end); task != null; task = next(end)) {
            task.run().run();
        }
        moveTo(end);
    }

    void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    /** Runs nothing any more, though time passes: the threads are held up. */
    synchronized void hold() {
        held = true;
    }

    /** Runs again what is due. */
    void release() {
        synchronized (this) {
            held = false;
        }
        advance(Duration.ZERO);
    }

    private synchronized boolean isHeld() {
        return held;
    }

    private synchronized void add(Task task) {
        tasks.add(task);
    }

    private synchronized void remove(Object timer) {
        tasks.removeIf(task -> task.timer() == timer);
    }

    private synchronized Task next(long end) {
        Task first = held
                ? null
                : tasks.stream()
                        .min(Comparator.comparingLong(task -> task.at() - nanos))
                        .filter(task -> task.at() - end <= 0)
                        .orElse(null);
        if (first != null) {
            tasks.remove(first);
            moveTo(first.at());
            if (first.period() > 0) {
                tasks.add(new Task(first.timer(), nanos + first.period(), first.period(), first.run()));
            }
        }
        return first;
    }

    private synchronized void moveTo(long time) {
        if (time - nanos > 0) {
            wallMillis += (time - nanos) / 1_000_000;
            nanos = time;
        }
    }
}
