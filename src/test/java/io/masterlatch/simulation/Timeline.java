package io.masterlatch.simulation;

import java.util.PriorityQueue;

/** Virtual time, in nanoseconds: things happen when they are due, and in the order of their planning if at the same instant. */
final class Timeline {

    private final PriorityQueue<Event> events = new PriorityQueue<>(256);
    private long now;
    private long planned;

    long now() {
        return now;
    }

    void in(long delay, Runnable task) {
        at(now + Math.max(delay, 0), task);
    }

    void at(long time, Runnable task) {
        events.add(new Event(Math.max(time, now), planned++, task));
    }

    void runUntil(long end) {
        for (Event next = events.peek(); next != null && next.time <= end; next = events.peek()) {
            events.poll();
            now = next.time;
            next.task.run();
        }
        now = end;
    }

    private record Event(long time, long number, Runnable task) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
