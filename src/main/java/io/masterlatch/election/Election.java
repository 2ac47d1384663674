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

    // One server answers a look in about that time.
    private static final long LOOK_SPACING = Duration.ofNanos(100_000).toNanos();
    private static final long CLAIM_TIME = Duration.ofMillis(25).toNanos();

    private final String self;
    private boolean stands;

    private Connection connection = Connection.CLOSED;
    private final Knowledge known;
    private final Succession succession = new Succession();

    private Order.@Nullable Request underWay;
    private long requests;
    private boolean lookAgain;
    private long lookAgainAt;
    private boolean presumedVacant;
    private long presumedSince;
    private long nextLook;
    private long nextClaim;
    private long nextRestore;
    private long nextSurvey;
    private @Nullable String lineless;
    private @Nullable String hindrance;
    private @Nullable String exposure;
    private boolean reopen;
    private long reopenAt;

    private @Nullable String trouble;
    private @Nullable Class<?> troubled;
    private @Nullable String lastFailure;
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
        this.known = new Knowledge(self, now);
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
        hindrance = null;
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
     * Stands for election from now on, or no more. Who gives up a candidacy gives up its session with it, and the mastership if held.
     *
     * @param wanted whether to stand
     * @param why the cause, in words
     * @param now {@link System#nanoTime()}
     */
    public void stand(boolean wanted, String why, long now) {
        if (stands && !wanted) {
            giveUp(why, now);
        } else if (!stands && wanted) {
            known.explain(why);
        }
        stands = wanted;
    }

    /**
     * Gives up the mastership if held, and begins anew at the end of the line.
     *
     * @param why the cause, in words
     * @param now {@link System#nanoTime()}
     */
    public void giveUp(String why, long now) {
        if (connection != Connection.CLOSED) {
            forget(now, why);
            connection = Connection.CONNECTING;
            reopen = true;
            reopenAt = now;
        }
    }

    /**
     * Takes note of a connection: of a new session, or of the present one again.
     *
     * @param connected the session
     * @param attempt when the attempt to connect began
     * @param now {@link System#nanoTime()}
     */
    public void connected(Session connected, long attempt, long now) {
        if (known.connected(connected, attempt, now)) {
            forgetRequests(now);
            trouble = null;
        } else {
            succession.resume(now);
        }
        connection = Connection.CONNECTED;
        hindrance = null;
        underWay = null;
        nextSurvey = now;
        nextClaim = now;
        nextLook = now;
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
     * Takes note of why no connection comes about. Nothing else changes by that.
     *
     * @param why in words
     */
    public void hindered(String why) {
        if (connection != Connection.CONNECTED) {
            hindrance = why;
        }
    }

    /**
     * Takes note that others may do something in ZooKeeper by which the election could be disturbed. Holds for the present session.
     *
     * @param what in words
     */
    public void exposed(String what) {
        exposure = what;
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

    /**
     * Takes note that the node may have changed.
     *
     * @param vacated whether it was deleted, so that it may be worth a claim before a look
     * @param now {@link System#nanoTime()}
     */
    public void stirred(boolean vacated, long now) {
        presumedVacant = vacated;
        presumedSince = now;
        if (vacated) {
            known.vacateOwn(now);
        } else {
            succession.doubt(now);
        }
        Session session = known.session();
        int place = session == null ? 0 : succession.place(session.id());
        // Hundreds that look at once would hold up the one whose turn it is: the later in line, the later the look.
        long courtesy = vacated && place > 0 ? CLAIM_TIME : 0;
        lookAgainAt(now + courtesy + place * LOOK_SPACING);
    }

    /**
     * Takes note that a candidate has left the line of succession. If it was the master, its node is gone by the same
     * transaction, and may be worth a claim before the news of that.
     *
     * @param name the name of its node
     * @param now {@link System#nanoTime()}
     */
    public void left(String name, long now) {
        boolean holderLeft = succession.left(name);
        Session session = known.session();
        if (!succession.watches()
                || session == null
                || !succession.contains(session.id()).orElse(false)) {
            // Perhaps it has come to the front, or has to join again. Not before one at the front has claimed.
            succession.forget();
            nextSurvey = now + (holderLeft && !succession.watches() ? CLAIM_TIME : 0);
        } else if (holderLeft && succession.place(session.id()) == 0 && !presumedVacant) {
            presumedVacant = true;
            presumedSince = now;
        }
    }

    /**
     * Takes the reply to a request. One that comes too late to matter is ignored.
     *
     * @param request the request
     * @param reply what came of it
     * @param now {@link System#nanoTime()}
     */
    public void answered(Order.Request request, Reply reply, long now) {
        if (underWay == null || known.session() == null || underWay.number() != request.number()) {
            return;
        }
        underWay = null;
        if (request instanceof Order.Survey || request instanceof Order.Join) {
            lineAnswered(request, reply, now);
            return;
        }
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
        known.answered(request.sent(), now);
        if (reply instanceof Reply.Seen seen) {
            see(seen.seat(), request.sent(), seen.proven(), "it was found to be its own and proved so", now);
        } else if (reply instanceof Reply.Claimed claimed) {
            // What was heard meanwhile was news of the node before.
            presumedVacant = false;
            see(claimed.held(), request.sent(), true, "the node was vacant and this instance claimed it", now);
        } else {
            lookAgainAt(now);
        }
    }

    /**
     * Says what to do next. To be asked after every input, and again when the time of {@link Order.Idle} has come.
     *
     * @param now {@link System#nanoTime()}, read before a request is sent
     * @return the order; a request counts as sent now
     */
    public Order next(long now) {
        Session session = known.session();
        if (reopen && reopenAt - now <= 0) {
            forget(now, known.cause());
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
            lookAgainAt(now);
        }
        if (presumedVacant
                && known.until() - now > 0
                && stands
                && lineless == null
                && nextClaim - now <= 0
                && mayClaim(presumedSince, now)) {
            // It is this instance's turn, and a claim of a seat that is taken after all does no harm: it fails.
            presumedVacant = false;
            return send(new Order.Claim(++requests, session, now));
        }
        if ((lookAgain && lookAgainAt - now <= 0) || nextLook - now <= 0) {
            lookAgain = false;
            presumedVacant = false;
            // The watch also tells a master of its own claim, and of every write to its node. That is worth a look, and
            // no write while what it knows is proved and the next proof is not due.
            boolean proof = known.holdsSeat() && (nextLook - now <= 0 || known.until() - now <= 0);
            return send(new Order.Look(++requests, session, now, proof));
        }
        Order inLine = stands && lineless == null ? standInLine(session, now) : null;
        if (inLine != null) {
            return inLine;
        }
        if (known.seat() instanceof Vacant && stands && known.until() - now > 0 && nextClaim - now <= 0) {
            if (lineless != null || mayClaim(known.seatSince(), now)) {
                return send(new Order.Claim(++requests, session, now));
            }
            if (turn() - now <= 0 && nextSurvey - now <= 0) {
                return send(new Order.Survey(++requests, session, now));
            }
        }
        String overwritten = known.overwritten();
        if (overwritten != null && known.seat() instanceof Held held && nextRestore - now <= 0) {
            nextRestore = now + known.tenth();
            return send(new Order.Restore(++requests, session, now, held.version(), overwritten));
        }
        return idleUntil(nextTime(now), now);
    }

    private long nextTime(long now) {
        long next = lookAgain && lookAgainAt - nextLook < 0 ? lookAgainAt : nextLook;
        if (nextSurvey - now > 0 && nextSurvey - next < 0) {
            next = nextSurvey;
        }
        boolean waits = known.seat() instanceof Vacant && stands && lineless == null;
        return waits && turn() - now > 0 && turn() - next < 0 ? turn() : next;
    }

    private long turn() {
        return succession.claimAt(Objects.requireNonNull(known.session()).id(), known.seatSince());
    }

    private boolean mayClaim(long vacantSince, long now) {
        long id = Objects.requireNonNull(known.session()).id();
        return succession.contains(id).orElse(false)
                && succession.watches()
                && succession.claimAt(id, vacantSince) - now <= 0
                && succession.knows(id, vacantSince);
    }

    private @Nullable Order standInLine(Session standing, long now) {
        Optional<Boolean> inLine = succession.contains(standing.id());
        if (inLine.orElse(false) || nextSurvey - now > 0) {
            return null;
        }
        return send(
                inLine.isEmpty()
                        ? new Order.Survey(++requests, standing, now)
                        : new Order.Join(++requests, standing, now));
    }

    private void lineAnswered(Order.Request request, Reply reply, long now) {
        if (reply instanceof Reply.Surveyed surveyed) {
            succession.survey(surveyed.line(), request.sent(), surveyed.watching(), now);
            // Whoever is far back finds out at this pace whether those before it have gone.
            nextSurvey = surveyed.watching() ? now : now + known.tenth();
            return;
        }
        succession.forget();
        if (request.getClass() == troubled) {
            trouble = null;
        }
        if (reply instanceof Failed failed) {
            switch (failed.kind()) {
                case DISCONNECTED -> nextSurvey = now + known.tenth();
                case OVERTAKEN -> nextSurvey = now;
                case REFUSED -> lineless = failed.reason();
                case EXCLUDED -> {
                    trouble = failed.reason();
                    troubled = request.getClass();
                    nextSurvey = now + known.tenth();
                }
            }
        }
    }

    private void lookAgainAt(long when) {
        if (!lookAgain || when - lookAgainAt < 0) {
            lookAgainAt = when;
        }
        lookAgain = true;
    }

    /**
     * Tells what this instance knows.
     *
     * @return a snapshot for everybody, which needs no further care: it expires by itself
     */
    public Mastership mastership() {
        return new Mastership(
                self,
                stands,
                connection,
                known.session(),
                known.seat(),
                known.until(),
                trouble,
                known.seatSince(),
                lineless,
                hindrance,
                exposure);
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
        boolean lapsed = role == Role.UNKNOWN && !(known.seat() instanceof Unseen);
        String why = lapsed
                ? "the lease ran out: " + (lastFailure == null ? "no confirmation from ZooKeeper in time" : lastFailure)
                : known.cause();
        Optional<MastershipChange> change = MastershipChange.between(reportedRole, reportedMaster, role, master, why);
        reportedRole = role;
        reportedMaster = master;
        return change;
    }

    private void failed(Order.Request request, Failed failed, long now) {
        lastFailure = failed.reason();
        switch (failed.kind()) {
            case DISCONNECTED -> {
                // Look again at the usual pace, or at once when the connection is back, and claim only then: the loss
                // is told by another event, perhaps later, and until then each claim would fail like this one.
                nextClaim = nextLook;
            }
            case OVERTAKEN -> {
                lookAgainAt(now);
                if (request instanceof Order.Claim) {
                    succession.doubt(now);
                }
                // Whoever comes too late was let in.
                if (request.getClass() == troubled) {
                    trouble = null;
                }
            }
            case REFUSED, EXCLUDED -> {
                trouble = failed.reason();
                troubled = request.getClass();
                nextClaim = now + known.tenth();
            }
        }
    }

    private void see(Seat seen, long sent, boolean proven, String causeIfOwn, long now) {
        if (known.until() - now <= 0 && !(known.seat() instanceof Unseen)) {
            succession.doubt(now);
        }
        if (seen instanceof Held held) {
            succession.heldBy(held.master().session());
        }
        if (!known.see(seen, sent, proven, causeIfOwn, now)) {
            lookAgainAt(now);
        }
    }

    private void forget(long now, String why) {
        known.forget(why, now);
        forgetRequests(now);
    }

    private void forgetRequests(long now) {
        underWay = null;
        lookAgain = false;
        presumedVacant = false;
        succession.begin();
        nextSurvey = now;
        lineless = null;
        exposure = null;
        nextLook = now;
        nextClaim = now;
        nextRestore = now;
        lastFailure = null;
    }

    private void pace(Order.Request request, long now) {
        if (known.holdsSeat() && request instanceof Order.Look look && !look.proof()) {
            // However often it is stirred, the proofs keep their pace.
            return;
        }
        nextLook = now - request.sent() > known.tenth() ? now + known.tenth() : request.sent() + known.tenth();
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
        if (known.until() - now > 0 && known.until() - earliest < 0) {
            earliest = known.until();
        }
        return new Order.Idle(earliest);
    }
}
