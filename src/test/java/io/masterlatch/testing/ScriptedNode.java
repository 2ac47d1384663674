package io.masterlatch.testing;

import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.MasterNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The master's node as a test has it be: it answers at once, or not at all, without a ZooKeeper.
 *
 * <p>Left alone it is vacant, connects as soon as it is opened, and gives itself to the first claim.
 */
public final class ScriptedNode implements MasterNode {

    public static final Instant SINCE = Instant.parse("2026-11-22T07:35:00.123Z");
    public static final long FOREIGN_SESSION = 0x77;

    // So long that nothing runs out in a test unless it asks for that.
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Runnable beforeClaim;
    private Events events;
    private Session session = new Session(0x1000, TIMEOUT);
    private Seat seat = new Seat.Vacant();
    private long epoch = 4294967303L;
    private boolean reachable = true;
    private boolean answering = true;
    private Failed claimFailure;
    private boolean connected;
    private final List<Standing> line = new ArrayList<>();
    private final List<Candidate> sentBack = new ArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();

    public ScriptedNode() {
        this(() -> {});
    }

    /** Makes a node that runs something before it takes a claim. */
    public ScriptedNode(Runnable beforeClaim) {
        this.beforeClaim = beforeClaim;
    }

    /** Has it connect in a new session, answer again, and let the claim have its way with a vacant node. */
    public void begin(Seat found) {
        begin(found, TIMEOUT);
    }

    public synchronized void begin(Seat found, Duration timeout) {
        seat = found;
        session = new Session(session.id() + 1, timeout);
        reachable = true;
        answering = true;
        claimFailure = null;
        connect();
    }

    /** Has it change without a word to whoever watches it. */
    public synchronized void changeUnseen(Seat now) {
        seat = now;
    }

    /** Has it change under the eyes of whoever watches it. */
    public synchronized void change(Seat now) {
        seat = now;
        events.stirred(now instanceof Seat.Vacant);
    }

    /** Tells whoever asks that these stand in the line of succession. */
    public synchronized void line(List<Standing> standing) {
        line.clear();
        line.addAll(standing);
    }

    /** Who was sent back to the end of the line. */
    public synchronized List<Candidate> sentBack() {
        return List.copyOf(sentBack);
    }

    /** Answers every claim with this from now on. */
    public synchronized void failClaims(Failed failure) {
        claimFailure = failure;
    }

    /** Swallows every request from now on, the connection as it was. */
    public synchronized void fallSilent() {
        answering = false;
    }

    /** Loses the connection, and has no other until {@link #recover}. */
    public synchronized void cutOff() {
        reachable = false;
        connected = false;
        events.disconnected("the connection was cut");
    }

    /** Connects again in the same session. */
    public synchronized void recover() {
        reachable = true;
        answering = true;
        connect();
    }

    /** Is not to be reached until {@link #recover}, and its session is over. */
    public synchronized void refuse(String why) {
        reachable = false;
        connected = false;
        events.rejected(why);
    }

    public synchronized boolean open() {
        return events != null;
    }

    public synchronized Session session() {
        return session;
    }

    public synchronized Seat seat() {
        return seat;
    }

    public static Seat heldBy(String address) {
        return heldBy(address, null, SINCE);
    }

    public static Seat heldBy(String address, String oddity, Instant since) {
        return new Seat.Held(new Master(address, 4294967303L, since, FOREIGN_SESSION), 0, oddity);
    }

    /** Waits until a latch has seen what this node is now, and has this role. */
    public void awaitRole(MasterLatch latch, Role role) {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).until(() -> shows(latch, role));
    }

    /** Has this node looked at once more: by then, whatever came of the last look is published. */
    public void awaitLook() {
        int before = looks.get();
        change(seat());
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).until(() -> looks.get() > before);
    }

    private synchronized boolean shows(MasterLatch latch, Role role) {
        Mastership known = latch.mastership();
        return known.role(System.nanoTime()) == role
                && (role == Role.UNKNOWN || (session.equals(known.session()) && seat.equals(known.seat())));
    }

    @Override
    public synchronized void open(Events told) {
        events = told;
        connect();
    }

    @Override
    public String toString() {
        return "/scripted";
    }

    /** Of the line of succession its only instance is always the first. */
    @Override
    public synchronized void survey(Order.Survey survey, Consumer<Reply> reply) {
        Session standing = survey.session();
        Candidate first =
                new Candidate(Candidate.prefix(standing) + "0000000001", standing.id(), standing.timeout(), 1);
        reply.accept(new Reply.Surveyed(List.of(first), true));
    }

    @Override
    public synchronized void join(Order.Join join, String address, Consumer<Reply> reply) {
        reply.accept(new Reply.Done());
    }

    @Override
    public synchronized CompletableFuture<List<Standing>> candidates() {
        return connected
                ? CompletableFuture.completedFuture(List.copyOf(line))
                : CompletableFuture.failedFuture(new IOException("the connection is lost"));
    }

    @Override
    public synchronized CompletableFuture<Void> sendBack(List<Candidate> candidates) {
        sentBack.addAll(candidates);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void close() {
        events = null;
        connected = false;
        vacateOwn();
        session = new Session(session.id() + 1, TIMEOUT);
    }

    @Override
    public synchronized void look(Order.Look look, Consumer<Reply> reply) {
        looks.incrementAndGet();
        if (reaches(look, reply)) {
            reply.accept(new Reply.Seen(seat, look.proof() && seat instanceof Seat.Held));
        }
    }

    @Override
    public void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
        beforeClaim.run();
        synchronized (this) {
            if (!reaches(claim, reply)) {
                return;
            }
            if (claimFailure != null) {
                reply.accept(claimFailure);
            } else if (seat instanceof Seat.Vacant) {
                Seat.Held held = new Seat.Held(new Master(address, ++epoch, SINCE, session.id()), 0, null);
                seat = held;
                reply.accept(new Reply.Claimed(held));
            } else {
                reply.accept(new Failed(Failed.Kind.OVERTAKEN, "another was faster"));
            }
        }
    }

    @Override
    public synchronized void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
        if (reaches(restore, reply) && seat instanceof Seat.Held held) {
            Master own = held.master();
            Master restored = new Master(address, own.epoch(), own.since(), own.session());
            seat = new Seat.Held(restored, held.version() + 1, null);
            reply.accept(new Reply.Done());
        }
    }

    private boolean reaches(Order.Request request, Consumer<Reply> reply) {
        if (answering && (!connected || request.session().id() != session.id())) {
            reply.accept(new Failed(Failed.Kind.DISCONNECTED, "the connection is lost"));
            return false;
        }
        return answering;
    }

    private void connect() {
        if (events != null && reachable) {
            connected = true;
            events.connected(session, System.nanoTime());
        }
    }

    private void vacateOwn() {
        if (seat instanceof Seat.Held held && held.master().session() == session.id()) {
            seat = new Seat.Vacant();
        }
    }
}
