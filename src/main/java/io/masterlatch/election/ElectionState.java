package io.masterlatch.election;

import io.masterlatch.election.Mastership.Connection;
import java.time.Duration;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The state of an {@link Election}, with the rules for events and replies. */
final class ElectionState {

    /** How long a successor is expected after any release but a hand-over, which has a timeout of its own. */
    static final Duration SUCCESSOR_TIMEOUT = Duration.ofSeconds(10);

    private static final long HEAD_START = Duration.ofMillis(10).toNanos();

    final String self;
    final Duration configured;
    final OwnLease own;
    final CandidateQueue queue;
    final Remarks remarks;
    final Changes changes = new Changes();
    final ObservedState observed = new ObservedState(changes::notice);

    boolean candidate;
    Duration lease;
    Connection connection = Connection.CLOSED;

    @Nullable
    Session session;

    @Nullable
    Releasing releasing;

    boolean stopping;
    /** Whether the guard may be missing. */
    boolean unguarded = true;
    /** When the next look is due; nothing is written before it when {@link #uncertain}. */
    long lookAt;
    /** Whether something may have changed since the last look was sent. Its result is still good enough to act on. */
    boolean again;
    /** Whether the last look may be out of date in a way that matters. */
    boolean uncertain;
    /** Whether the next look has to catch up with the leader. */
    boolean sync;
    /** Until when only looks are sent, since ZooKeeper has refused a request. */
    long quietUntil;

    /** When the connection came back. If ZooKeeper was down, the holder of a lapsed lease may reconnect too. */
    @Nullable
    Long reconnected;

    /** When this instance has released the lease on request. */
    @Nullable
    Long resigned;

    /** Until when a successor is expected, since a master has released the lease; null when none is. */
    @Nullable
    Long successorUntil;

    private NodeState node = new NodeState.Unknown("the election is not started", null);
    private long lookSent;
    private long lookAnswered;

    ElectionState(String self, boolean candidate, Duration lease, RandomGenerator random) {
        this.self = self;
        this.candidate = candidate;
        this.configured = lease;
        this.lease = lease;
        this.own = new OwnLease(() -> HexFormat.of().toHexDigits(random.nextLong()));
        this.queue = new CandidateQueue(random::nextLong);
        this.remarks = new Remarks(self, lease);
    }

    boolean isSessionTooShort() {
        return lease.compareTo(LeaseRecord.SHORTEST) < 0;
    }

    /** Whether the record is this instance's own. */
    boolean isMine() {
        LeaseNode node = observed.lease();
        return node != null && own.wrote(node.record());
    }

    /** Ends the lease if it has run out or the machine was suspended. Called before everything else. */
    void expire(ClockReading now) {
        Mastership.Lease held = own.lease();
        if (held != null && !held.runs(now)) {
            endLease(
                    held.end() - now.nanos() <= 0
                            ? "the lease ran out"
                            : "the wall clock ran ahead by " + now.aheadSince(held.sent()) / 1_000_000
                                    + " ms: the machine was suspended, or its clock was set",
                    now);
            report(now);
        }
    }

    void endLease(String why, ClockReading now) {
        if (own.lease() != null) {
            own.end(now);
            changes.because(why);
        }
    }

    void start(long now) {
        own.drawId(now);
        queue.forget(now);
        connection = Connection.CONNECTING;
        lookAt = now;
        quietUntil = now;
    }

    int position() {
        return queue.position(own.id(), observed.holder());
    }

    /**
     * Requests a look: at once if this instance acts on it, else a moment later, so that the next master's claim is not
     * behind the looks of all others, and their first look shows it.
     */
    void nodeChanged(long now) {
        if (isMine() || candidate && position() == 0) {
            again = true;
        } else {
            lookAt = Times.earlier(lookAt, now + HEAD_START);
        }
    }

    /** Records the result of a look. A torn look, with record and node of two times, is repeated once. */
    void looked(long sent, long now, boolean renewed) {
        lookSent = sent;
        lookAnswered = now;
        uncertain = false;
        if (observed.torn() == 1) {
            lookAt = now;
        } else {
            // The renewals of a master do not postpone its looks, which would notice that its candidate node is
            // missing.
            boolean kept = renewed && lookAt - now > 0;
            lookAt = kept ? Times.earlier(lookAt, now + lookPeriod(now)) : now + lookPeriod(now);
        }
    }

    private void refresh(long now) {
        boolean held = node instanceof NodeState.Held other && !other.own();
        look(now);
        LeaseNode seen = observed.lease();
        if (own.lease() != null || node instanceof NodeState.Held other && !other.own()) {
            successorUntil = null;
        } else if (held
                && node instanceof NodeState.Absent
                && seen != null
                && seen.record().isReleased()
                && seen.record().address() != null) {
            successorUntil = now + SUCCESSOR_TIMEOUT.toNanos();
        }
    }

    private void look(long now) {
        if (stopping) {
            node = new NodeState.Unknown("the election is stopping", null);
            return;
        }
        NodeState seen = observed.state(isMine() ? Long.valueOf(own.ended()) : null, now);
        if (seen != null) {
            node = seen;
        } else if (node instanceof NodeState.Held held && held.own()) {
            node = new NodeState.Held(held.master(), own.ended(), true);
        }
    }

    /** Returns the pause before the next look. */
    private long lookPeriod(long now) {
        long period = lease.toNanos();
        LeaseNode seen = observed.lease();
        if (seen != null && !seen.record().isReleased()) {
            period = Math.min(period, seen.record().length().toNanos());
        }
        if (candidate && isMine() && observed.isBound() && own.lease() != null) {
            return period;
        }
        // One more look shortly before the lease ends, so that no renewal is missed.
        long last = observed.seen() + period / 10 * 9 - now;
        boolean settled = observed.node() != null && (observed.isBound() ? last > 0 : observed.torn() == 0);
        boolean close = candidate && position() > 0 && position() < CandidateQueue.FRONT;
        long pause = !settled || close ? period / 5 : period / 2;
        return settled && observed.isBound() ? Math.min(pause, last) : pause;
    }

    Mastership snapshot(ClockReading now) {
        refresh(now.nanos());
        return new Mastership(
                self,
                own.id(),
                candidate,
                connection,
                session,
                lease,
                own.lease(),
                node,
                lookSent,
                lookAnswered,
                remarks.error(),
                remarks.connectError(),
                remarks.fatalSince(),
                successorUntil,
                remarks.warnings(node, now.nanos()));
    }

    /** Publishes the changes since the last snapshot. */
    void report(ClockReading now) {
        changes.report(snapshot(now), now);
    }
}
