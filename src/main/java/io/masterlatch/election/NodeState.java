package io.masterlatch.election;

import org.jspecify.annotations.Nullable;

/** What the last look showed of the lease and the master's node. */
public sealed interface NodeState {

    /**
     * The master is unknown.
     *
     * @param why the cause, in words
     * @param until when the election continues by itself, in {@link ClockReading#nanos()}; null when that is not known
     */
    record Unknown(String why, @Nullable Long until) implements NodeState {}

    /**
     * There is no master.
     *
     * @param why the cause, in words
     * @param since when this instance first saw that, in {@link ClockReading#nanos()}
     */
    record Absent(String why, long since) implements NodeState {}

    /**
     * A master holds the lease.
     *
     * @param master the master
     * @param end when the lease ends unless it is renewed, in {@link ClockReading#nanos()}; for this instance's own
     * lease not before it has ended
     * @param own whether this instance holds it
     */
    record Held(Master master, long end, boolean own) implements NodeState {}

    /**
     * The master's node was created by something that uses no lease.
     *
     * @param master its creator
     * @param dataProblem what is wrong with its content, in words; null when it is {@code host:port}
     */
    record Stranger(Master master, @Nullable String dataProblem) implements NodeState {}

    /**
     * No instance can become master until an operator acts.
     *
     * @param reason what is in the way, in words
     */
    record Blocked(String reason) implements NodeState {}
}
