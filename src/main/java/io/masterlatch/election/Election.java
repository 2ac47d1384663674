package io.masterlatch.election;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Replies.Pending;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The election as one instance sees it: a state machine that takes events and answers with actions.
 *
 * <p>The lease is a record in a node that is never deleted. It is renewed, released and taken over by compare-and-set
 * on the node's version. Its holder also owns the ephemeral master's node, by which all others find the master. The two
 * are <i>bound</i> when the record's epoch is the transaction that created the node. Every event means only <i>look
 * again</i>; what a look leads to is the table of {@link Decision}.
 *
 * <p><b>No two instances are master at the same instant.</b> An instance is master until one lease after it <i>sent</i>
 * its last successful write. Another replaces that write only by its version, and not before 1.2 leases after it
 * <i>saw</i> it, or when it is a release, before which its author was no longer master. Nothing in this rests on
 * sessions, watches, the queue or the connection. Not guaranteed: that work started as master finishes as master; the
 * epoch is for that. The argument is in docs/safety.md.
 *
 * <p>At most one request is under way. Not thread-safe: one thread at a time steps it.
 */
public final class Election {

    private static final long PATIENCE = Duration.ofSeconds(2).toNanos();
    private static final long FAR = Duration.ofHours(1).toNanos();

    private final ElectionState state;
    private final Replies replies;
    private final Decision decision;
    private final Deque<Action.Finish> finished = new ArrayDeque<>();
    private @Nullable Pending pending;
    private long requests;

    /**
     * Creates an election that is not started, to be started once. Ids and nonces are random: no other process may draw
     * the same numbers, not even a copy of this one.
     */
    public Election(String self, boolean candidate, Duration lease, RandomGenerator random) {
        Objects.requireNonNull(self, "'self' must not be null");
        this.state = new ElectionState(self, candidate, lease, random);
        this.replies = new Replies(state);
        this.decision = new Decision(state);
    }

    /** Takes an event. */
    public void on(Event event, ClockReading now) {
        state.expire(now);
        if (event instanceof Event.Replied replied) {
            Pending answered = pending;
            if (answered != null && answered.send().number() == replied.number()) {
                pending = null;
                replies.replied(answered, replied.reply(), now);
            }
        } else if (event instanceof Event.Connected connected) {
            connected(connected.session(), now.nanos());
        } else if (event instanceof Event.Disconnected && state.connection == Connection.CONNECTED) {
            state.connection = Connection.SUSPENDED;
        } else if (event instanceof Event.ConnectError error && state.connection != Connection.CONNECTED) {
            state.remarks.connectError(error.why(), error.fatal(), now.nanos());
        } else if (event instanceof Event.StoreWarning warning) {
            state.remarks.storeWarning(warning.about(), warning.what());
        } else if (event instanceof Event.NodeChanged) {
            state.nodeChanged(now.nanos());
        } else if (event instanceof Event.GuardChanged) {
            state.observed.guardChanged();
            state.again = true;
        } else if (event instanceof Event.CandidateLeft) {
            state.queue.readAgain();
            state.again = true;
        } else {
            commanded(event, now);
        }
        state.report(now);
    }

    private void connected(Session session, long now) {
        Session before = state.session;
        if (before == null || before.id() != session.id()) {
            state.queue.forget(now);
            // What was refused to the former session may be allowed to this one.
            state.remarks.newSession();
            state.quietUntil = now;
        } else {
            state.queue.readAgain();
        }
        if (state.connection == Connection.SUSPENDED) {
            state.reconnected = now;
        }
        if (state.connection != Connection.CONNECTED) {
            timeOut(now);
            state.sync = true;
            // ZooKeeper's data may have been restored meanwhile: a release, too, follows a look.
            state.uncertain = true;
        }
        long half = session.timeout().toNanos() / 2;
        state.lease = half < state.configured.toNanos() ? Duration.ofNanos(half) : state.configured;
        state.session = session;
        state.connection = Connection.CONNECTED;
        state.remarks.session(session, state.lease, state.isSessionTooShort());
        state.remarks.connectError(null, false, now);
        state.lookAt = now;
    }

    private void timeOut(long now) {
        Pending under = pending;
        if (under != null) {
            pending = null;
            replies.unanswered(under.request(), now);
        }
    }

    private void commanded(Event event, ClockReading now) {
        if (event instanceof Event.Start) {
            state.start(now.nanos());
        } else if (event instanceof Event.Join join && !state.candidate) {
            state.candidate = true;
            state.queue.forget(now.nanos());
            state.changes.because(join.why());
        } else if (event instanceof Event.Withdraw withdraw) {
            state.candidate = false;
            release(withdraw.ticket(), withdraw.why(), null, ElectionState.SUCCESSOR_TIMEOUT, now);
        } else if (event instanceof Event.Stop stop) {
            state.stopping = true;
            release(stop.ticket(), stop.why(), null, Duration.ZERO, now);
        } else if (event instanceof Event.HandOver handOver) {
            Mastership.Lease held = state.own.lease();
            if (state.releasing == null && held != null && held.master().epoch() == handOver.epoch()) {
                release(handOver.ticket(), handOver.why(), handOver.successor(), handOver.timeout(), now);
            } else {
                finished.add(new Action.Finish(handOver.ticket(), ReleaseOutcome.NOT_HELD));
            }
        }
    }

    /** Ends the mastership at once, before anything is sent; what was sent before cannot bring it back. */
    private void release(long ticket, String why, @Nullable String successor, Duration timeout, ClockReading now) {
        if (state.own.lease() != null) {
            state.successorUntil = now.nanos() + timeout.toNanos();
        }
        Releasing former = state.releasing;
        if (former != null) {
            finished.add(new Action.Finish(former.ticket, ReleaseOutcome.UNCONFIRMED));
        }
        state.endLease(why, now);
        state.changes.because(why);
        state.releasing = new Releasing(ticket, why, successor, state.lease, now.nanos());
        state.queue.pause(now.nanos());
        Pending under = pending;
        // A place in the queue that is made meanwhile is to be left as well.
        boolean joining = under != null && successor == null && under.request() instanceof Request.JoinQueue;
        pending = under != null && (joining || under.request() instanceof Request.Write) ? under.ofThePast() : null;
    }

    /**
     * Returns what to do next; a request counts as sent now, and the lease runs from here. To be called after every
     * event, after every action but {@link Action.Wait}, and when its time has come.
     */
    public Action next(ClockReading now) {
        state.expire(now);
        long nanos = now.nanos();
        Pending under = pending;
        if (under != null && nanos - patienceEnds(under) >= 0) {
            timeOut(nanos);
        }
        Releasing releasing = state.releasing;
        Request request =
                pending != null ? null : releasing != null ? whenReleasing(releasing, nanos) : decision.due(nanos);
        state.report(now);
        if (request != null) {
            return send(request, now);
        }
        Action.Finish done = finished.poll();
        return done != null ? done : new Action.Wait(wakeUp(now));
    }

    private @Nullable Request whenReleasing(Releasing releasing, long now) {
        if (!releasing.isOver(state, now)) {
            return releasing.next(state, now);
        }
        finished.add(new Action.Finish(releasing.ticket, releasing.outcome(state)));
        state.releasing = null;
        if (state.stopping) {
            state.changes.because(releasing.why);
            state.connection = Connection.CLOSED;
            state.session = null;
        } else if (releasing.successor != null) {
            state.resigned = now;
            state.queue.goToEnd(now);
        }
        return decision.due(now);
    }

    private Action send(Request request, ClockReading now) {
        Action.Send send = new Action.Send(++requests, request);
        pending = new Pending(send, now, false);
        return send;
    }

    private long patienceEnds(Pending under) {
        Releasing releasing = state.releasing;
        long usual = under.sent().nanos() + Math.max(state.lease.toNanos(), PATIENCE);
        if (releasing == null) {
            return usual;
        }
        return Times.earlier(usual, under.isPast() ? releasing.writeUntil : releasing.until);
    }

    /** Returns when time alone may change something. */
    private long wakeUp(ClockReading now) {
        Pending under = pending;
        Releasing releasing = state.releasing;
        long wake = Times.next(now.nanos() + FAR, state.snapshot(now).changesAt(now), now);
        if (under != null) {
            return Times.next(wake, patienceEnds(under), now);
        }
        if (releasing != null) {
            wake = Times.next(Times.next(wake, releasing.until, now), state.lookAt, now);
            return Times.next(wake, state.queue.notBefore(), now);
        }
        return state.connection == Connection.CONNECTED ? Times.next(wake, decision.dueAt(now), now) : wake;
    }

    /** Returns what this instance knows now. */
    public Mastership snapshot(ClockReading now) {
        return state.snapshot(now);
    }

    /** Returns the changes of role and master since the last call, the oldest first. */
    public List<MastershipChange> takeChanges() {
        return state.changes.take();
    }

    /** Returns what else an operator should read, in sentences, since the last call. */
    public List<String> takeNotices() {
        return state.changes.takeNotices();
    }
}
