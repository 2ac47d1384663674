package io.masterlatch.simulation;

import java.util.List;

/**
 * The circumstances of one schedule that do not change in it. Times are in nanoseconds.
 *
 * @param realm what it allows
 * @param tick the servers' tick time
 * @param syncLimit after how many silent ticks leader and follower give each other up
 * @param latency how long a message takes, usually
 * @param schedulingDelay how much later than due a thread may run
 * @param handover how long one thread of a process may take to hand something to another
 * @param drift how much faster or slower than true time a clock may run
 * @param sessionLimit after how many thirds of the session timeout a client drops a session that it cannot reach
 * @param timeout the session timeout that clients ask for
 * @param lease the lease of most instances
 */
record Setting(
        Realm realm,
        long tick,
        int syncLimit,
        long latency,
        long schedulingDelay,
        long handover,
        double drift,
        int sessionLimit,
        long timeout,
        long lease) {

    static final long MS = 1_000_000L;
    static final long SECOND = 1000 * MS;

    static Setting draw(Realm realm, Dice dice) {
        long lease = dice.oneOf(List.of(500L, 1000L, 1000L, 2000L, 3000L, 3000L, 5000L)) * MS;
        long tick = dice.oneOf(List.of(500L, 1000L, 2000L)) * MS;
        long timeout = dice.chance(0.9) ? 2 * lease + dice.between(0, 2 * lease) : lease + dice.between(0, lease);
        double drift = realm == Realm.SUSPENDED ? 0.04 : dice.chance(0.7) ? 0.09 : 0;
        return new Setting(
                realm,
                tick,
                dice.oneOf(List.of(2, 3, 5)),
                Math.min(lease / 100, dice.oneOf(List.of(MS / 10, MS, 5 * MS, 20 * MS))),
                Math.min(lease / 100, dice.oneOf(List.of(MS / 10, MS, 20 * MS))),
                dice.chance(0.7) ? MS / 10 : dice.between(MS, lease / 50),
                drift,
                dice.oneOf(List.of(3, 4)),
                Math.max(timeout, 2 * tick),
                lease);
    }
}
