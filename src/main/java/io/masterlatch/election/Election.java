package io.masterlatch.election;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Seat.Held;
import io.masterlatch.election.Seat.Unseen;
import io.masterlatch.election.Seat.Vacant;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The election as one instance sees it: a machine that is told what happened and says what to do next.
 *
 * <p>It is level-triggered. Whatever happens means only <i>look again</i>; the role follows from what the last look saw, never
 * from which event fired:
 *
 * <table>
 * <caption>From state to role</caption>
 * <tr><th>session</th><th>the node as last seen</th><th>stands</th><th>role</th></tr>
 * <tr><td>none, or nothing known that still holds</td><td>any</td><td>any</td><td>UNKNOWN</td></tr>
 * <tr><td>live</td><td>absent</td><td>yes</td><td>STANDBY, and claims</td></tr>
 * <tr><td>live</td><td>absent</td><td>no</td><td>OBSERVER</td></tr>
 * <tr><td>live</td><td>held by another session</td><td>yes / no</td><td>STANDBY / OBSERVER</td></tr>
 * <tr><td>live</td><td>held by this session</td><td>any</td><td>MASTER while the {@link Lease} runs</td></tr>
 * </table>
 *
 * <p>Guaranteed: of all instances that follow these rules, no two are MASTER at the same instant, whichever of them is frozen,
 * cut off or killed. Not guaranteed: that a thing an instance began as master ends while it is master; what must not be done by
 * two masters has to check the epoch.
 *
 * <p>One request is under way at a time. Times are {@link System#nanoTime()}, passed in by the caller. Not thread-safe: to be
 * stepped by one thread.
 */
public final class Election {

    private final String self;
    private final boolean stands;

    private Connection connection = Connection.CLOSED;
    private @Nullable Session session;
    private @Nullable Lease lease;
    private Seat seat = new Unseen();
    private long knownUntil;
    private long seatSince;
    private long highestEpoch;

    private Order.@Nullable Request underWay;
    private long requests;
    private boolean lookAgain;
    private long nextLook;
    private long nextClaim;
    private long nextRestore;
    private @Nullable String overwritten;
    private boolean reopen;
    private long reopenAt;

    private @Nullable String trouble;
    private @Nullable Class<?> troubled;
    private @Nullable String lastFailure;
    private String cause = "not started";
    private Role reportedRole = Role.UNKNOWN;
    private @Nullable Master reportedMaster;

    /**
     * Begins an election that is not started.
     *
     * @param self the address that this instance advertises
     * @param stands whether it stands for election
     * @param now {@link System#nanoTime()}
     */
    public Election(String self, boolean stands, long now) {
        this.self = Objects.requireNonNull(self, "'self' must not be null");
        this.stands = stands;
        this.knownUntil = now;
        this.seatSince = now;
    }

    /**
     * Begins to take part; a session is being opened.
     *
     * @param now {@link System#nanoTime()}
     */
    public void start(long now) {
        forget(now, "connecting");
        connection = Connection.CONNECTING;
        trouble = null;
        reopen = false;
    }

    /**
     * Ends taking part. From here on this instance is not master, so that its session may be closed.
     *
     * @param why the cause, in words
     * @param now {@link System#nanoTime()}
     */
    public void stop(String why, long now) {
        forget(now, why);
        connection = Connection.CLOSED;
        trouble = null;
        reopen = false;
    }

    /**
     * Takes note of a connection: of a new session, or of the present one again.
     *
     * @param connected the session
     * @param attempt when the attempt to connect began
     * @param now {@link System#nanoTime()}
     */
    public void connected(Session connected, long attempt, long now) {
        long timeout = connected.timeout().toNanos();
        if (session != null && lease != null && session.id() == connected.id()) {
            lease = lease.reconnected(timeout, attempt);
        } else {
            forget(now, "a new session has begun");
            lease = new Lease(timeout, attempt);
            trouble = null;
        }
        session = connected;
        connection = Connection.CONNECTED;
        underWay = null;
        lookAgain = true;
        nextClaim = now;
    }

    /**
     * Takes note of a connection lost. The session may live on, so that nothing else changes before the lease ends.
     *
     * @param why in words
     */
    public void disconnected(String why) {
        if (connection == Connection.CONNECTED) {
            connection = Connection.SUSPENDED;
            lastFailure = why;
        }
    }

    /**
     * Takes note that the session is over, and the node with it if this instance held it.
     *
     * @param why in words
     * @param now {@link System#nanoTime()}
     */
    public void sessionEnded(String why, long now) {
        if (connection != Connection.CLOSED) {
            forget(now, why);
            connection = Connection.CONNECTING;
        }
    }

    /**
     * Takes note that ZooKeeper does not accept this instance at all. The session cannot be used any more, and another is tried
     * after a while, unless a request succeeds before: that a connection was made may be told after it was rejected.
     *
     * @param why in words
     * @param retryAt when to try again, in {@link System#nanoTime()}
     * @param now {@link System#nanoTime()}
     */
    public void rejected(String why, long retryAt, long now) {
        if (connection != Connection.CLOSED) {
            forget(now, why);
            connection = Connection.CONNECTING;
            trouble = why;
            reopen = true;
            reopenAt = retryAt;
        }
    }

    /** Takes note that the node may have changed. */
    public void stirred() {
        lookAgain = true;
    }

    /**
     * Takes the reply to a request. One that comes too late to matter is ignored.
     *
     * @param request the request
     * @param reply what came of it
     * @param now {@link System#nanoTime()}
     */
    public void answered(Order.Request request, Reply reply, long now) {
        if (underWay == null || session == null || lease == null || underWay.number() != request.number()) {
            return;
        }
        underWay = null;
        pace(request, now);
        if (reply instanceof Failed failed) {
            failed(request, failed, now);
            return;
        }
        lastFailure = null;
        reopen = false;
        if (request.getClass() == troubled) {
            trouble = null;
        }
        lease.answered(request.sent(), now);
        if (reply instanceof Reply.Seen seen) {
            see(seen.seat(), request.sent(), seen.proven(), "it was found to be its own and proved so", now);
        } else if (reply instanceof Reply.Claimed claimed) {
            see(claimed.held(), request.sent(), true, "the node was vacant and this instance claimed it", now);
        } else {
            lookAgain = true;
        }
    }

    /**
     * Says what to do next. To be asked after every input, and again when the time of {@link Order.Idle} has come.
     *
     * @param now {@link System#nanoTime()}, read before a request is sent
     * @return the order; a request counts as sent now
     */
    public Order next(long now) {
        if (reopen && reopenAt - now <= 0) {
            forget(now, cause);
            connection = Connection.CONNECTING;
            reopen = false;
            return new Order.Reopen();
        }
        if (session == null || connection != Connection.CONNECTED) {
            return idleUntil(now + Duration.ofHours(1).toNanos(), now);
        }
        long timeout = session.timeout().toNanos();
        if (underWay != null) {
            // ZooKeeper's client answers everything sooner; this is for the day when it does not.
            if (now - underWay.sent() < timeout) {
                return idleUntil(underWay.sent() + timeout, now);
            }
            underWay = null;
            lookAgain = true;
        }
        if (lookAgain || nextLook - now <= 0) {
            lookAgain = false;
            return send(new Order.Look(++requests, session, now, holdsSeat()));
        }
        if (seat instanceof Vacant && stands && knownUntil - now > 0 && nextClaim - now <= 0) {
            return send(new Order.Claim(++requests, session, now));
        }
        if (overwritten != null && seat instanceof Held held && holdsSeat() && nextRestore - now <= 0) {
            nextRestore = now + timeout / 10;
            return send(new Order.Restore(++requests, session, now, held.version(), overwritten));
        }
        return idleUntil(nextLook, now);
    }

    /**
     * Tells what this instance knows.
     *
     * @return a snapshot for everybody, which needs no further care: it expires by itself
     */
    public Mastership mastership() {
        return new Mastership(self, stands, connection, session, seat, knownUntil, trouble, seatSince);
    }

    /**
     * Tells what has changed since this was last asked.
     *
     * @param now {@link System#nanoTime()}
     * @return the change of role or master; empty when there was none
     */
    public Optional<MastershipChange> change(long now) {
        Mastership mastership = mastership();
        Role role = mastership.role(now);
        Master master = mastership.master(now).orElse(null);
        boolean lapsed = role == Role.UNKNOWN && !(seat instanceof Unseen);
        String why = lapsed
                ? "the lease ran out: " + (lastFailure == null ? "no confirmation from ZooKeeper in time" : lastFailure)
                : cause;
        Optional<MastershipChange> change = MastershipChange.between(reportedRole, reportedMaster, role, master, why);
        reportedRole = role;
        reportedMaster = master;
        return change;
    }

    private void failed(Order.Request request, Failed failed, long now) {
        lastFailure = failed.reason();
        switch (failed.kind()) {
            case DISCONNECTED -> {
                // Look again at the usual pace, or at once when the connection is back, and claim only then: that it
                // was
                // lost is told apart from this, perhaps later, and until then every claim would fail like this one.
                nextClaim = nextLook;
            }
            case OVERTAKEN -> {
                lookAgain = true;
                // Whoever comes too late was let in.
                if (request.getClass() == troubled) {
                    trouble = null;
                }
            }
            case REFUSED -> {
                trouble = failed.reason();
                troubled = request.getClass();
                nextClaim = now + tenth();
            }
        }
    }

    private void see(Seat seen, long sent, boolean proven, String causeIfOwn, long now) {
        Seat before = seat;
        boolean ownBefore = holdsSeat();
        seat = seen;
        overwritten = null;
        if (!sameHolder(before, seen)) {
            seatSince = now;
        }
        if (!holdsSeat()) {
            knownUntil = sent + 6 * tenth();
            cause = describe(before, ownBefore, seen);
            return;
        }
        Held held = (Held) seen;
        if (!self.equals(held.master().address())) {
            overwritten = held.oddity() != null
                    ? held.oddity()
                    : "its data is \"" + held.master().address() + "\"";
            Master own = held.master();
            seat = new Held(new Master(self, own.epoch(), own.since(), own.session()), held.version(), null);
        }
        if (proven) {
            cause = causeIfOwn;
            knownUntil = Objects.requireNonNull(lease).end(sent);
        } else if (!ownBefore || !sameHolder(before, seen)) {
            // Ours by a read alone, say after the reply to the claim was lost: nothing to rely on before a proof.
            knownUntil = now;
            lookAgain = true;
        }
        noteEpoch(held.master().epoch());
    }

    private String describe(Seat before, boolean ownBefore, Seat seen) {
        if (seen instanceof Held held) {
            String fall = noteEpoch(held.master().epoch())
                    ? "; its epoch is lower than one seen before: ZooKeeper's data was wiped or restored"
                    : "";
            return "session " + Session.name(held.master().session()) + " holds the node" + fall;
        }
        if (seen instanceof Seat.Blocked blocked) {
            return blocked.reason();
        }
        if (ownBefore) {
            return "somebody deleted this instance's node";
        }
        return before instanceof Held ? "the master's node is gone" : "there is no node";
    }

    private boolean noteEpoch(long epoch) {
        boolean fell = epoch < highestEpoch;
        highestEpoch = epoch;
        return fell;
    }

    private static boolean sameHolder(Seat one, Seat other) {
        if (one instanceof Held a && other instanceof Held b) {
            return a.master().epoch() == b.master().epoch();
        }
        return one.getClass() == other.getClass();
    }

    private boolean holdsSeat() {
        return session != null && seat instanceof Held held && held.master().session() == session.id();
    }

    private void forget(long now, String why) {
        session = null;
        lease = null;
        seat = new Unseen();
        knownUntil = now;
        seatSince = now;
        underWay = null;
        lookAgain = false;
        nextLook = now;
        nextClaim = now;
        nextRestore = now;
        overwritten = null;
        cause = why;
        lastFailure = null;
    }

    private void pace(Order.Request request, long now) {
        nextLook = now - request.sent() > tenth() ? now + tenth() : request.sent() + tenth();
    }

    private Order send(Order.Request request) {
        underWay = request;
        return request;
    }

    private Order idleUntil(long until, long now) {
        long earliest = until;
        if (reopen && reopenAt - earliest < 0) {
            earliest = reopenAt;
        }
        if (knownUntil - now > 0 && knownUntil - earliest < 0) {
            earliest = knownUntil;
        }
        return new Order.Idle(earliest);
    }

    private long tenth() {
        return Objects.requireNonNull(session).timeout().toNanos() / 10;
    }
}
