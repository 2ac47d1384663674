package io.masterlatch.election;

import io.masterlatch.election.Mastership.Connection;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stop, withdrawal or hand-over in progress. The mastership has already ended; the record has still to show it. */
final class Releasing {

    final long ticket;
    final String why;
    /** The id of the candidate to hand over to; null when this latch leaves the queue. */
    final @Nullable String successor;
    /** How long to wait for a write under way. */
    final long writeUntil;
    /** When to stop trying and let the lease lapse. */
    final long until;

    /** Whether a look has shown if the lease is held. */
    boolean looked;

    ReleaseOutcome outcome = ReleaseOutcome.NOT_HELD;

    Releasing(long ticket, String why, @Nullable String successor, Duration lease, long now) {
        this.ticket = ticket;
        this.why = why;
        this.successor = successor;
        this.writeUntil = now + lease.toNanos() / 5;
        this.until = now + lease.toNanos();
    }

    /** Whether the release is complete or has failed. */
    boolean isOver(ElectionState state, long now) {
        boolean possible = state.connection == Connection.CONNECTED || isHeld(state);
        return now - until >= 0 || !possible || !isHeld(state) && leaving(state) == null;
    }

    ReleaseOutcome outcome(ElectionState state) {
        return isHeld(state) ? ReleaseOutcome.UNCONFIRMED : outcome;
    }

    private boolean isHeld(ElectionState state) {
        return state.isMine() || !looked && state.own.isDoubtful();
    }

    private @Nullable String leaving(ElectionState state) {
        return successor == null ? state.queue.own() : null;
    }

    /** Returns the next request; null while there is no connection, or until the next look is due. */
    @Nullable
    Request next(ElectionState state, long now) {
        String leaving = leaving(state);
        if (state.connection != Connection.CONNECTED) {
            return null;
        }
        if (!isHeld(state)) {
            return leaving == null || now - state.queue.notBefore() < 0 ? null : new Request.LeaveQueue(leaving);
        }
        if (state.uncertain || !state.isMine()) {
            return now - state.lookAt >= 0 || !state.uncertain ? new Request.Look(true, false, false, null) : null;
        }
        return release(state, successor, leaving);
    }

    /** Returns the request that releases this instance's own record, and deletes its node if it is bound. */
    static Request release(ElectionState state, @Nullable String successor, @Nullable String leaving) {
        LeaseNode lease = Objects.requireNonNull(state.observed.lease());
        MasterNode node = state.observed.isBound() ? state.observed.node() : null;
        return new Request.Release(
                LeaseRecord.released(state.own.foreignNonce(), state.self, successor),
                lease.version(),
                node == null ? null : Integer.valueOf(node.version()),
                leaving);
    }
}
