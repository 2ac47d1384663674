package io.masterlatch.election;

import io.masterlatch.election.Mastership.Connection;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides the next request to ZooKeeper, while the lease is not being released. The lease comes first, then a look for
 * changes, then the queue:
 *
 * <table>
 * <caption>What is due by what the last look saw</caption>
 * <tr><th>record</th><th>master's node</th><th>action of a candidate</th></tr>
 * <tr><td>missing</td><td>any</td><td>create the lease node</td></tr>
 * <tr><td>mine</td><td>bound</td><td>renew every fifth of a lease; claim anew when a former session owns the node</td></tr>
 * <tr><td>mine</td><td>missing</td><td>claim anew</td></tr>
 * <tr><td>not mine, released or lapsed</td><td>missing, bound, or left over by this session</td><td>claim, in turn</td></tr>
 * <tr><td>not mine, held; then its guard was written</td><td>bound</td><td>claim without a look, if first</td></tr>
 * <tr><td>otherwise</td><td></td><td>wait</td></tr>
 * </table>
 *
 * <p>An instance that is no candidate releases a record of its own, leaves the queue, and deletes a node that is left
 * over from this session: what an outage has prevented before.
 */
final class Decision {

    private static final long SUCCESSOR_TIME = Duration.ofSeconds(1).toNanos();
    private static final long SETTLING_TIME = Duration.ofMillis(1500).toNanos();
    private static final long REJOIN_TIME = Duration.ofSeconds(2).toNanos();

    private final ElectionState state;
    private long looks;
    private @Nullable Long restored;
    private boolean watchesLease;

    Decision(ElectionState state) {
        this.state = state;
    }

    /** Returns the request that is due; null if there is none. */
    @Nullable
    Request due(long now) {
        if (state.connection != Connection.CONNECTED || state.isSessionTooShort()) {
            return null;
        }
        if (now - state.lookAt >= 0) {
            return look();
        }
        if (state.uncertain || !state.observed.isLooked()) {
            return null;
        }
        if (now - state.quietUntil < 0) {
            return state.again ? look() : null;
        }
        if (!state.candidate) {
            return state.again ? look() : whenObserving(now);
        }
        Request lease =
                state.observed.lease() == null ? createLease() : state.isMine() ? whenMine(now) : whenNotMine(now);
        if (lease != null) {
            return lease;
        }
        return state.again || isFirst() && !watchesLease ? look() : upkeep(now);
    }

    /**
     * Whether this instance knows itself as the next master. It then watches each renewal, to know the time of the last
     * one.
     */
    private boolean isFirst() {
        return state.candidate && state.position() == 0 && !state.isMine();
    }

    private Request look() {
        state.again = false;
        int position = state.position();
        boolean front = !state.candidate || position < CandidateQueue.FRONT || !state.queue.isPlaced();
        watchesLease = isFirst();
        // A candidate checks its own node with every second look.
        return new Request.Look(
                state.sync || !state.candidate, front, watchesLease, ++looks % 2 == 0 ? state.queue.own() : null);
    }

    private Request createLease() {
        boolean maybeHeld = state.observed.wasHeld();
        String nonce = state.own.foreignNonce();
        return new Request.CreateLease(
                maybeHeld
                        ? LeaseRecord.lapsing(nonce, state.observed.longest(state.lease))
                        : LeaseRecord.released(nonce, null, null));
    }

    private @Nullable Request whenMine(long now) {
        MasterNode node = state.observed.node();
        if (node == null) {
            return claim(TakeOver.OWN);
        }
        if (!state.observed.isBound()) {
            return null;
        }
        if (node.owner() != Objects.requireNonNull(state.session).id()) {
            return claim(TakeOver.OWN);
        }
        if (now - state.own.renewAt() >= 0) {
            LeaseNode lease = Objects.requireNonNull(state.observed.lease());
            return new Request.Renew(
                    LeaseRecord.held(state.own.id(), state.own.nonce(), state.lease, lease.epoch(), state.self),
                    lease.version());
        }
        if (!state.self.equals(node.data().address())
                && (restored == null || now - restored >= state.lease.toNanos())) {
            restored = now;
            return new Request.RestoreAddress(node.version(), state.self);
        }
        return null;
    }

    private @Nullable Request whenNotMine(long now) {
        Long at = claimAt();
        if (at != null && now - at >= 0 && state.observed.isFree(now)) {
            return claim(cause());
        }
        Integer guard = isFirst() && !state.queue.isJoining() ? state.observed.takeGuardOfRelease() : null;
        // Without a look: the version of the guard shows the release, or the transaction fails.
        return guard == null ? null : claim(1, null, guard, TakeOver.RELEASED);
    }

    /** Returns when this instance may claim a lease that is not its own; null while that depends on an event. */
    private @Nullable Long claimAt() {
        LeaseNode node = state.observed.lease();
        boolean clear = state.observed.node() == null || state.observed.isBound() || isLeftover();
        if (node == null || !state.candidate || !clear) {
            return null;
        }
        LeaseRecord record = node.record();
        long turn = state.queue.turn(state.own.id(), state.observed.holder());
        long free = state.observed.pairSeen();
        long half = state.lease.toNanos() / 2;
        if (!record.isReleased()) {
            free = Times.later(free, state.observed.lapsesAt());
            Long back = state.reconnected;
            return (back == null ? free : Times.later(free, back + Math.max(half, SETTLING_TIME))) + turn;
        }
        if (record.successor() != null) {
            // A candidate far back in the queue sees it with its next look.
            long others = Math.max(SUCCESSOR_TIME, half + CandidateQueue.TURN);
            free = record.successor().equals(state.own.id()) ? free - turn : free + others;
        }
        Long resigned = state.resigned;
        return resigned != null && state.queue.isJoining()
                ? Times.later(free + turn, resigned + REJOIN_TIME)
                : free + turn;
    }

    /** Whether the node belongs to this session and to no record. */
    private boolean isLeftover() {
        MasterNode node = state.observed.node();
        Session session = state.session;
        return node != null && session != null && node.owner() == session.id() && !state.observed.isBound();
    }

    /** Returns why the lease is free. */
    private TakeOver cause() {
        LeaseNode node = state.observed.lease();
        if (node == null || node.record().address() == null && node.record().holder() == null) {
            return TakeOver.UNHELD;
        }
        if (node.record().isReleased()) {
            return TakeOver.RELEASED;
        }
        return state.observed.node() == null ? TakeOver.EXPIRED : TakeOver.LAPSED;
    }

    private Request claim(TakeOver cause) {
        MasterNode node = state.observed.node();
        return claim(0, node == null ? null : Integer.valueOf(node.version()), null, cause);
    }

    /** Claims a lease to which that many writes have come since the last look. */
    private Request claim(int writes, @Nullable Integer nodeVersion, @Nullable Integer guard, TakeOver cause) {
        LeaseRecord record = LeaseRecord.held(state.own.id(), state.own.nonce(), state.lease, 0, state.self);
        int version = Objects.requireNonNull(state.observed.lease()).version() + writes;
        return new Request.Claim(record, version, nodeVersion, guard, cause);
    }

    /** Makes up for a release, or a departure from the queue, that an outage prevented. */
    private @Nullable Request whenObserving(long now) {
        if (state.isMine()) {
            return Releasing.release(state, null, state.queue.own());
        }
        Request leave = state.queue.leave(now);
        return leave != null ? leave : leftover(now);
    }

    private @Nullable Request leftover(long now) {
        LeaseNode lease = state.observed.lease();
        MasterNode node = state.observed.node();
        return lease != null && node != null && isLeftover() && state.observed.isFree(now)
                ? new Request.RemoveLeftover(lease.version(), node.version())
                : null;
    }

    private @Nullable Request upkeep(long now) {
        if (state.unguarded && state.observed.lease() != null && now - state.queue.notBefore() >= 0) {
            return new Request.CreateGuard();
        }
        return state.queue.next(state.own.id(), state.self, state.observed.holder(), now);
    }

    /** Returns when the next request is due without an event; a time in the past if none is. */
    long dueAt(ClockReading now) {
        Long act = state.isMine() ? Long.valueOf(state.own.renewAt()) : claimAt();
        long first = Times.next(state.lookAt, state.quietUntil, now);
        first = Times.next(first, state.queue.notBefore(), now);
        return act == null ? first : Times.next(first, act, now);
    }
}
