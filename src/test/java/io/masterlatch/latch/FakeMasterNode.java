package io.masterlatch.latch;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Master;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** The master's node and a ZooKeeper of its own in memory: answers at once and truly, until a test tells it otherwise. */
final class FakeMasterNode implements MasterNode {

    private static final long FOREIGN_SESSION = 0xf00;

    private final Duration timeout;
    private Events events; // null unless open; all of these are guarded by 'this'
    private Session session; // null unless there is one
    private Seat seat = new Seat.Vacant();
    private long sessions;
    private long transactions;
    private boolean reachable = true;
    private RuntimeException refusal;
    private int openings;
    private volatile CountDownLatch closeAfter = new CountDownLatch(0);

    /** Makes a node whose sessions outlast every test. */
    FakeMasterNode() {
        this(Duration.ofMinutes(1));
    }

    FakeMasterNode(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public synchronized void open(Events listening) {
        if (events != null) {
            throw new IllegalStateException("open already");
        }
        openings++;
        if (refusal != null) {
            throw refusal;
        }
        events = listening;
        if (reachable) {
            beginSession();
        }
    }

    @Override
    public synchronized void look(Order.Look look, Consumer<Reply> reply) {
        reply.accept(isLost(look) ? disconnected() : new Reply.Seen(seat, look.proof() && isOurs()));
    }

    @Override
    public synchronized void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
        if (isLost(claim)) {
            reply.accept(disconnected());
        } else if (seat instanceof Seat.Vacant) {
            Seat.Held held = held(address, session.id());
            seat = held;
            reply.accept(new Reply.Claimed(held));
        } else {
            reply.accept(new Failed(Kind.OVERTAKEN, "another was faster"));
        }
    }

    @Override
    public void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
        throw new AssertionError("nobody overwrites this node");
    }

    /** In the line of succession its only instance is always the first. */
    @Override
    public synchronized void survey(Order.Survey survey, Consumer<Reply> reply) {
        Session standing = survey.session();
        Candidate first = new Candidate(Candidate.prefix(standing) + "1", standing.id(), standing.timeout(), 1);
        reply.accept(isLost(survey) ? disconnected() : new Reply.Surveyed(List.of(first), true));
    }

    @Override
    public void join(Order.Join join, String address, Consumer<Reply> reply) {
        throw new AssertionError("it stands in line already");
    }

    @Override
    public CompletableFuture<List<Standing>> candidates() {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<Void> sendBack(List<Candidate> candidates) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        try {
            closeAfter.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        endSession();
        synchronized (this) {
            events = null;
        }
    }

    /** Has {@link #close()} wait, as for a server that does not answer. */
    void closeAfter(CountDownLatch permission) {
        closeAfter = permission;
    }

    /** Has {@link #open} fail from now on; with null it succeeds again. */
    synchronized void refuse(RuntimeException reason) {
        refusal = reason;
    }

    /** Cuts the connection; the session lives on. */
    synchronized void cutOff() {
        reachable = false;
        if (session != null) {
            events.disconnected("the network is down");
        }
    }

    /** Lets connect, in the session that there was or else in a new one. */
    synchronized void connect() {
        reachable = true;
        if (session == null) {
            beginSession();
        } else {
            events.connected(session, System.nanoTime());
        }
    }

    /** Ends the session, and with it the node if the session holds it; another one begins when ZooKeeper can be reached. */
    synchronized void expire() {
        endSession();
        events.sessionEnded("the session expired");
        if (reachable) {
            beginSession();
        }
    }

    /** Deletes the node. */
    synchronized void delete() {
        seat = new Seat.Vacant();
        stir();
    }

    /** Lets a session of somebody else hold the node, whoever held it before. */
    synchronized Master holdBySomebodyElse(String address) {
        Seat.Held held = held(address, FOREIGN_SESSION);
        seat = held;
        stir();
        return held.master();
    }

    /** Puts a node in the way that no session holds. */
    synchronized void block(String reason) {
        seat = new Seat.Blocked(reason);
        stir();
    }

    /** Keeps whoever calls this node waiting, as a process that is frozen in the midst of a call. */
    synchronized void standStill(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    synchronized boolean isOpen() {
        return events != null;
    }

    /** Whether a session of this node's holds it. */
    synchronized boolean isOurs() {
        return session != null
                && seat instanceof Seat.Held held
                && held.master().session() == session.id();
    }

    /** How often it was opened, or would have been but for a refusal. */
    synchronized int openings() {
        return openings;
    }

    private void beginSession() {
        session = new Session(++sessions, timeout);
        events.connected(session, System.nanoTime());
    }

    private synchronized void endSession() {
        if (isOurs()) {
            seat = new Seat.Vacant();
        }
        session = null;
    }

    private void stir() {
        if (events != null && reachable) {
            events.stirred(seat instanceof Seat.Vacant);
        }
    }

    private boolean isLost(Order.Request request) {
        return !reachable
                || session == null
                || session.id() != request.session().id();
    }

    private Seat.Held held(String address, long holder) {
        return new Seat.Held(new Master(address, ++transactions, Instant.EPOCH, holder), 0, null);
    }

    private static Failed disconnected() {
        return new Failed(Kind.DISCONNECTED, "the network is down");
    }
}
