package io.masterlatch.election;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides whether and when this instance may claim a lease that is not its own. */
final class ClaimRule {

    private static final long SUCCESSOR_TIME = Duration.ofSeconds(1).toNanos();
    private static final long TURN = Duration.ofMillis(250).toNanos();
    private static final long SETTLING_TIME = Duration.ofMillis(1500).toNanos();
    private static final long REJOIN_TIME = Duration.ofSeconds(2).toNanos();

    private final ObservedState observed;
    private final CandidateQueue queue;
    private @Nullable Long reconnected;
    private @Nullable Long resigned;

    ClaimRule(ObservedState observed, CandidateQueue queue) {
        this.observed = observed;
        this.queue = queue;
    }

    void start() {
        reconnected = null;
        resigned = null;
    }

    /** Called after a reconnect. If ZooKeeper was down, the holder of a lapsed lease may reconnect too. */
    void reconnected(long now) {
        reconnected = now;
    }

    /** Called when this instance has released the lease on request. */
    void resigned(long now) {
        resigned = now;
    }

    /** Whether the node allows a claim: it is missing, belongs to the record, or is left over from this session. */
    boolean isClear(@Nullable Session session) {
        MasterNode node = observed.node();
        return node == null || observed.isBound() || isLeftover(session);
    }

    /** Whether the node belongs to this session and to no record. */
    boolean isLeftover(@Nullable Session session) {
        MasterNode node = observed.node();
        return node != null && session != null && node.owner() == session.id() && !observed.isBound();
    }

    /** Returns when this instance may claim; null while that depends on an event. */
    @Nullable
    Long claimAt(String id, @Nullable String holder, @Nullable Session session, Duration lease) {
        LeaseNode node = observed.lease();
        if (node == null || !isClear(session)) {
            return null;
        }
        LeaseRecord record = node.record();
        long turn = queue.turn(id, holder);
        if (!record.isReleased()) {
            long free = Times.later(observed.lapsesAt(), observed.pairSeen());
            Long back = reconnected;
            return (back == null ? free : Times.later(free, back + Math.max(lease.toNanos() / 2, SETTLING_TIME)))
                    + turn;
        }
        long free = observed.pairSeen();
        if (record.successor() != null) {
            // A candidate far back in the queue sees it with its next look.
            long others = Math.max(SUCCESSOR_TIME, lease.toNanos() / 2 + TURN);
            free = record.successor().equals(id) ? free - turn : free + others;
        }
        Long own = resigned;
        return own != null && queue.isJoining() ? Times.later(free + turn, own + REJOIN_TIME) : free + turn;
    }

    /** Returns why the lease is free. */
    TakeOver cause() {
        LeaseNode node = observed.lease();
        if (node == null || node.record().address() == null && node.record().holder() == null) {
            return TakeOver.UNHELD;
        }
        if (node.record().isReleased()) {
            return TakeOver.RELEASED;
        }
        return observed.node() == null ? TakeOver.EXPIRED : TakeOver.LAPSED;
    }

    /** Returns the cause of a take-over, for the log. */
    static String words(TakeOver cause, @Nullable LeaseRecord former) {
        String name = former == null ? "an unknown holder" : former.holderName();
        return switch (cause) {
            case RELEASED -> "took over from " + name + ": it released the lease";
            case LAPSED -> "took over from " + name + ": its lease lapsed";
            case EXPIRED -> "took over from " + name + ": its lease lapsed and its session ended";
            case UNHELD -> "claimed the lease, which no instance held";
            case OWN -> "claimed its own lease anew: the master's node was deleted, or belonged to a former session";
        };
    }
}
