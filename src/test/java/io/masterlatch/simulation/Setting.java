package io.masterlatch.simulation;

import java.util.List;

/**
 * The circumstances of one schedule that do not change in it. Times are in nanoseconds.
 *
 * @param timeout the session timeout T
 * @param tick the servers' tick time, T/2 at most
 * @param syncLimit after how many silent ticks leader and follower give each other up
 * @param latency how long a message takes, usually
 * @param schedulingDelay how much later than due a thread may run
 * @param handover how long one thread of a instance may take to hand something to another
 * @param drift how much faster or slower than true time a clock may run
 * @param front how many at the front of a long line of succession watch the master's node
 * @param few how long a line may be in which all watch it
 * @param givesUp whether the client gives a session up that it could not reach for a whole timeout, as Curator does
 */
record Setting(
        long timeout,
        long tick,
        int syncLimit,
        long latency,
        long schedulingDelay,
        long handover,
        double drift,
        int front,
        int few,
        boolean givesUp) {

    static final long T = 10_000_000_000L;

    private static final double MOST_DRIFT = 0.025;

    static Setting draw(Dice dice) {
        return new Setting(
                T,
                dice.oneOf(List.of(T / 2, T / 2, T * 2 / 5, T / 4, T / 5, T / 5, T / 10)),
                dice.oneOf(List.of(2, 3, 5)),
                dice.oneOf(List.of(T / 100_000, T / 10_000, T / 2_000, T / 500)),
                dice.oneOf(List.of(T / 10_000, T / 1_000, T / 200)),
                dice.chance(0.7) ? 0 : dice.between(T / 10_000, T / 50),
                dice.chance(0.3) ? 0 : MOST_DRIFT,
                dice.oneOf(List.of(3, 3, 8, 4, 2, 1)),
                dice.oneOf(List.of(0, 0, 3, 8)),
                dice.chance(0.8));
    }
}
