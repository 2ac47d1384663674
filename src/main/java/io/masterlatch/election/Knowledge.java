package io.masterlatch.election;

import io.masterlatch.election.Seat.Held;
import io.masterlatch.election.Seat.Unseen;
import io.masterlatch.election.Seat.Vacant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an instance has learnt in its present session about the master's node, and until when it may rely on that. */
final class Knowledge {

    private final String self;
    private @Nullable Session session;
    private @Nullable Lease lease;
    private Seat seat = new Unseen();
    private long until;
    private long seatSince;
    private @Nullable String overwritten;
    private String cause = "not started";
    private long highestEpoch;

    Knowledge(String self, long now) {
        this.self = self;
        forget("not started", now);
    }

    /** Begins anew without a session. */
    void forget(String why, long now) {
        session = null;
        lease = null;
        seat = new Unseen();
        until = now;
        seatSince = now;
        overwritten = null;
        cause = why;
    }

    /** Goes on in the same session, or begins anew in another one, which it tells. */
    boolean connected(Session connected, long attempt, long now) {
        long timeout = connected.timeout().toNanos();
        boolean another = session == null || lease == null || session.id() != connected.id();
        if (another) {
            forget("a new session has begun", now);
            lease = new Lease(timeout, attempt);
        } else {
            lease = lease.reconnected(timeout, attempt);
        }
        session = connected;
        return another;
    }

    /** Takes note of a request that ZooKeeper's leader has let pass. */
    void answered(long sent, long now) {
        Objects.requireNonNull(lease).answered(sent, now);
    }

    /**
     * Takes what a look or a claim has seen.
     *
     * @return false if the node is this instance's own and a proof is wanting before it may rely on that
     */
    boolean see(Seat seen, long sent, boolean proven, String causeIfOwn, long now) {
        Seat before = seat;
        boolean ownBefore = holdsSeat();
        seat = seen;
        overwritten = null;
        if (!sameHolder(before, seen)) {
            seatSince = now;
        }
        if (!holdsSeat()) {
            until = sent + 6 * tenth();
            cause = describe(before, ownBefore, seen);
            return true;
        }
        correctOwnAddress((Held) seen);
        noteEpoch((Held) seen);
        if (proven) {
            until = Objects.requireNonNull(lease).end(sent);
            cause = causeIfOwn;
            return true;
        }
        if (!ownBefore || !sameHolder(before, seen)) {
            // Ours by a read alone, say after the reply to the claim was lost.
            until = now;
            return false;
        }
        return true;
    }

    /** Gives up the own node as deleted, before any look confirms it: too early does no harm. */
    void vacateOwn(long now) {
        if (holdsSeat()) {
            seat = new Vacant();
            seatSince = now;
            cause = "somebody deleted this instance's node";
        }
    }

    /** Gives the cause of a change that is this instance's own wish. */
    void explain(String why) {
        cause = why;
    }

    /** Ownership is a matter of the session and never of the address: the ghost of a previous run has the same one. */
    boolean holdsSeat() {
        return session != null && seat instanceof Held held && held.master().session() == session.id();
    }

    /** What was found in the own node instead of the own address; null when that is in order. */
    @Nullable
    String overwritten() {
        return holdsSeat() ? overwritten : null;
    }

    @Nullable
    Session session() {
        return session;
    }

    Seat seat() {
        return seat;
    }

    long seatSince() {
        return seatSince;
    }

    long until() {
        return until;
    }

    String cause() {
        return cause;
    }

    long tenth() {
        return Objects.requireNonNull(session).timeout().toNanos() / 10;
    }

    private void correctOwnAddress(Held held) {
        Master own = held.master();
        if (!self.equals(own.address())) {
            overwritten = held.oddity() != null ? held.oddity() : "its data is \"" + own.address() + "\"";
            seat = new Held(new Master(self, own.epoch(), own.since(), own.session()), held.version(), null);
        }
    }

    private String describe(Seat before, boolean ownBefore, Seat seen) {
        if (seen instanceof Held held) {
            String holder = "session " + Session.name(held.master().session()) + " holds the node";
            return noteEpoch(held)
                    ? holder + "; its epoch is lower than one seen before: ZooKeeper's data was wiped or restored"
                    : holder;
        }
        if (seen instanceof Seat.Blocked blocked) {
            return blocked.reason();
        }
        if (ownBefore) {
            return "somebody deleted this instance's node";
        }
        return before instanceof Held ? "the master's node is gone" : "there is no node";
    }

    private boolean noteEpoch(Held held) {
        boolean fell = held.master().epoch() < highestEpoch;
        highestEpoch = held.master().epoch();
        return fell;
    }

    private static boolean sameHolder(Seat one, Seat other) {
        if (one instanceof Held a && other instanceof Held b) {
            return a.master().epoch() == b.master().epoch();
        }
        return one.getClass() == other.getClass();
    }
}
