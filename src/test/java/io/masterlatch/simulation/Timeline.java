package io.masterlatch.simulation;

import java.util.Arrays;

/**
 * Virtual time, in nanoseconds: things happen when they are due, and in the order of their planning if at the same
 * instant. A heap of plain arrays, because a schedule has thousands of events and there are many schedules.
 */
final class Timeline {

    private long[] times = new long[256];
    private long[] numbers = new long[256];
    private Runnable[] tasks = new Runnable[256];
    private int size;
    private long now;
    private long planned;
    private boolean halted;

    long now() {
        return now;
    }

    void in(long delay, Runnable task) {
        at(now + Math.max(delay, 0), task);
    }

    void at(long time, Runnable task) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            tasks = Arrays.copyOf(tasks, 2 * size);
        }
        rise(size++, Math.max(time, now), planned++, task);
    }

    /** Lets nothing happen any more. */
    void halt() {
        halted = true;
    }

    void runUntil(long end) {
        while (size > 0 && times[0] <= end && !halted) {
            now = Math.max(now, times[0]);
            Runnable task = tasks[0];
            size--;
            sink(times[size], numbers[size], tasks[size]);
            task.run();
        }
        // A task may have let time pass itself.
        now = Math.max(now, end);
    }

    private void rise(int from, long time, long number, Runnable task) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (isBefore(parent, time, number)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, time, number, task);
    }

    private void sink(long time, long number, Runnable task) {
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            int right = child + 1;
            if (right < size && isBefore(right, times[child], numbers[child])) {
                child = right;
            }
            if (!isBefore(child, time, number)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, time, number, task);
    }

    private boolean isBefore(int index, long time, long number) {
        return times[index] < time || times[index] == time && numbers[index] < number;
    }

    private void move(int from, int to) {
        put(to, times[from], numbers[from], tasks[from]);
    }

    private void put(int index, long time, long number, Runnable task) {
        times[index] = time;
        numbers[index] = number;
        tasks[index] = task;
    }
}
