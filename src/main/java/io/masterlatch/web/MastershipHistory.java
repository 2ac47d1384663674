package io.masterlatch.web;

import io.masterlatch.election.MastershipChange;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The latest changes of role or master that this instance has seen. Thread-safe. */
public final class MastershipHistory implements Consumer<MastershipChange> {

    private final Clock clock;
    private final int capacity;
    private final Deque<Entry> entries = new ArrayDeque<>();

    /**
     * Makes an empty history.
     *
     * @param clock tells when a change was seen
     * @param capacity how many changes to keep, at least one; the oldest go first
     */
    public MastershipHistory(Clock clock, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("'capacity' must be at least 1, not " + capacity);
        }
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.capacity = capacity;
    }

    @Override
    public synchronized void accept(MastershipChange change) {
        if (entries.size() == capacity) {
            entries.removeFirst();
        }
        entries.addLast(new Entry(clock.instant(), change));
    }

    /**
     * Tells what has happened.
     *
     * @return the changes, the oldest first
     */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /**
     * One change.
     *
     * @param at when this instance saw it, by its own clock
     * @param change what changed
     */
    public record Entry(Instant at, MastershipChange change) {}
}
