package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Event;
import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.Master;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.NodeState;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lease and the master's node in memory, without a ZooKeeper: answers at once and truly, or as a test wants it.
 *
 * <p>By default no instance holds the lease, it connects as soon as it is opened, and it grants the first claim. A
 * master that a test puts there renews its lease until the test says otherwise.
 */
public final class FakeMasterStore implements MasterStore {

    public static final Instant SINCE = Instant.parse("2026-11-22T07:35:00.123Z");
    public static final long FOREIGN_SESSION = 0x77;
    public static final long FOREIGN_EPOCH = 4294967303L;
    public static final long STRANGER_EPOCH = 4294967302L;
    public static final String FOREIGN_ID = "00000000000000ff";

    // So long that nothing runs out in a test unless it asks for that.
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration FOREIGN_LEASE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(5);

    private final Runnable beforeClaim;
    private @Nullable Consumer<Event> events;
    private Session session = new Session(0x1000, TIMEOUT);
    private long transactions = FOREIGN_EPOCH;
    private LeaseNode lease = new LeaseNode(FOREIGN_EPOCH - 1, FOREIGN_EPOCH, 0, record("released 0000000000000000"));
    private @Nullable MasterNode node;
    private boolean renewing;
    private boolean connected;
    private boolean reachable = true;
    private boolean answering = true;
    private @Nullable Failed claimFailure;
    private int guard;
    private int openings;
    private int looks;
    private long joins;
    private final List<CandidateNode> own = new ArrayList<>();
    private final List<Consumer<Reply>> swallowed = new ArrayList<>();
    private CompletableFuture<List<Candidate>> candidates = CompletableFuture.completedFuture(List.of());

    public FakeMasterStore() {
        this(() -> {});
    }

    /** Makes a store that runs something before it takes a claim. */
    public FakeMasterStore(Runnable beforeClaim) {
        this.beforeClaim = beforeClaim;
    }

    /** What the store shows. */
    public sealed interface Scene {}

    private record Absent() implements Scene {}

    private record Held(Master master) implements Scene {}

    private record Foreign(Master master, byte[] data) implements Scene {}

    private record Blocked() implements Scene {}

    /** No master: the lease was released. */
    public static Scene noMaster() {
        return new Absent();
    }

    /** Another instance, which renews its lease. */
    public static Scene heldBy(String address) {
        return heldBy(address, FOREIGN_EPOCH, SINCE);
    }

    public static Scene heldBy(String address, Instant since) {
        return heldBy(address, FOREIGN_EPOCH, since);
    }

    public static Scene heldBy(String address, long epoch, Instant since) {
        return new Held(new Master(address, epoch, since, FOREIGN_SESSION, FOREIGN_ID));
    }

    /** A node that something without a lease has created, with this content. */
    public static Scene stranger(String data) {
        return stranger(data.getBytes(UTF_8), SINCE);
    }

    public static Scene stranger(byte[] data, Instant since) {
        String address = MasterData.of(data).address();
        return new Foreign(new Master(address, STRANGER_EPOCH, since, FOREIGN_SESSION, null), data);
    }

    /** A persistent node is in the way. */
    public static Scene blocked() {
        return new Blocked();
    }

    /** A candidate of this id; its session is the id as a number. */
    public static Candidate candidate(String id, @Nullable String address) {
        return candidate(id, address, null);
    }

    /** A candidate whose service is reached under this URL. */
    public static Candidate candidate(String id, @Nullable String address, @Nullable String url) {
        String name = id + "-" + String.format("%010d", Long.parseLong(id, 16));
        return new Candidate(CandidateNode.of(name).orElseThrow(), address, url, SINCE, Long.parseLong(id, 16));
    }

    /** Connects in a new session, answers again, and grants the claim of a lease that no instance holds. */
    public void begin(Scene scene) {
        begin(scene, TIMEOUT);
    }

    /** The lease in force is half the session timeout at the most. */
    public synchronized void begin(Scene scene, Duration timeout) {
        set(scene);
        claimFailure = null;
        expire(timeout);
    }

    /** Changes under the eyes of those that watch. */
    public synchronized void change(Scene scene) {
        set(scene);
        changed();
    }

    /** Changes without a word to those that watch. */
    public synchronized void changeUnwatched(Scene scene) {
        set(scene);
    }

    /** The other master does not renew any more: its lease lapses after a length that only its record says. */
    public synchronized void lapse(Duration length) {
        MasterNode present = Objects.requireNonNull(node);
        renewing = false;
        write(record(FOREIGN_ID + " 00000000000000fe " + length.toMillis() + " " + present.czxid() + " "
                + lease.record().address()));
        changed();
    }

    /** Deletes the master's node, as an operator may. */
    public synchronized void deleteNode() {
        node = null;
        changed();
    }

    /** The master releases its lease, as it does when it stops. */
    public synchronized void release() {
        renewing = false;
        write(record("released 00000000000000fc by " + lease.record().address()));
        deleteNode();
    }

    /** Another instance claims the lease: it has the next epoch, and renews. */
    public synchronized void takeOver(String address) {
        change(heldBy(address, ++transactions, SINCE));
    }

    /** Names these as the candidates. */
    public void candidates(List<Candidate> present) {
        candidates(CompletableFuture.completedFuture(List.copyOf(present)));
    }

    /** Answers with this when it is asked for the candidates. */
    public synchronized void candidates(CompletableFuture<List<Candidate>> reply) {
        candidates = reply;
    }

    /** Another candidate, in this place of the queue. */
    public static Candidate candidate(String address, int place) {
        String name = String.format("%016x-%010d", 0xf00 + place, place);
        return new Candidate(CandidateNode.of(name).orElseThrow(), address, null, SINCE, FOREIGN_SESSION);
    }

    /** Answers every claim with this from now on. */
    public synchronized void failClaims(Failed failure) {
        claimFailure = failure;
    }

    /** Swallows every request from now on, the connection as it was; they fail when it is replaced by another. */
    public synchronized void fallSilent() {
        answering = false;
    }

    /** Loses the connection, and has no other until {@link #recover}. */
    public synchronized void cutOff() {
        reachable = false;
        connected = false;
        emit(new Event.Disconnected());
    }

    /** Connects again in the same session. */
    public synchronized void recover() {
        reachable = true;
        answering = true;
        connect();
    }

    /** Connects in a new session; the former one has ended, and its nodes with it. */
    public synchronized void expire() {
        expire(TIMEOUT);
    }

    private synchronized void expire(Duration timeout) {
        endSession();
        session = new Session(session.id() + 1, timeout);
        reachable = true;
        answering = true;
        connect();
    }

    /** Is not to be reached until {@link #recover}, for this reason. */
    public synchronized void refuse(String why) {
        refuse(why, false);
    }

    /**
     * Is not to be reached, until the latch knows nothing any more: its last session is so short that its lease soon
     * ends.
     */
    public void refuseBeyondTheLease(MasterLatch latch, String why) {
        shortenTheLease(latch);
        refuse(why);
        awaitRole(latch, Role.UNKNOWN);
    }

    /**
     * Connects in a new session so short that the lease ends soon after the last answer; the role is the same
     * afterwards.
     */
    public void shortenTheLease(MasterLatch latch) {
        Role role = latch.mastership().role(latch.now());
        expire(SHORT);
        awaitRole(latch, role);
    }

    public synchronized void refuse(String why, boolean fatal) {
        reachable = false;
        connected = false;
        emit(new Event.Disconnected());
        emit(new Event.ConnectError(why, fatal));
    }

    /** Brings an event of any kind. */
    public synchronized void emit(Event event) {
        if (events != null) {
            events.accept(event);
        }
    }

    public synchronized boolean open() {
        return events != null;
    }

    public synchronized int openings() {
        return openings;
    }

    public synchronized int looks() {
        return looks;
    }

    public synchronized Session session() {
        return session;
    }

    public synchronized LeaseRecord record() {
        return lease.record();
    }

    /** Whether the one latch that uses this store owns the master's node. */
    public synchronized boolean isOurs() {
        return node != null && node.owner() == session.id();
    }

    /** The names of the latch's own candidate nodes. */
    public synchronized List<String> queued() {
        return own.stream().map(CandidateNode::name).toList();
    }

    /** Waits until a latch has seen what is here now, and has this role. */
    public void awaitRole(MasterLatch latch, Role role) {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).until(() -> shows(latch, role));
    }

    /** Has it looked at once more: by then, whatever came of the last look is published. */
    public void awaitLook() {
        int before = looks();
        emit(new Event.NodeChanged());
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL).until(() -> looks() > before);
    }

    private synchronized boolean shows(MasterLatch latch, Role role) {
        Mastership known = latch.mastership();
        return known.role(latch.now()) == role
                && (role == Role.UNKNOWN || session.equals(known.session()) && isSeen(known));
    }

    private boolean isSeen(Mastership known) {
        NodeState state = known.state();
        if (node == null) {
            return state instanceof NodeState.Absent;
        }
        Master master = state instanceof NodeState.Held held
                ? held.master()
                : state instanceof NodeState.Stranger stranger ? stranger.master() : null;
        return master == null
                ? node.owner() == 0 && state instanceof NodeState.Blocked
                : master.epoch() == node.czxid()
                        && Objects.equals(master.address(), node.data().address())
                        && master.since().equals(node.since());
    }

    private void set(Scene scene) {
        renewing = scene instanceof Held;
        if (scene instanceof Held held) {
            Master master = held.master();
            node = node(master, MasterData.of(String.valueOf(master.address()).getBytes(UTF_8)));
            renewForeign();
            return;
        }
        write(record("released 00000000000000fd"));
        node = scene instanceof Foreign foreign
                ? stranger(foreign)
                : scene instanceof Blocked
                        ? new MasterNode(++transactions, 1, 0, SINCE, MasterData.of(new byte[0]))
                        : null;
    }

    private static MasterNode node(Master master, MasterData data) {
        return new MasterNode(master.epoch(), 1, master.session(), master.since(), data);
    }

    /** Its epoch is its own: a node that once was a latch's is no stranger's. */
    private MasterNode stranger(Foreign foreign) {
        return new MasterNode(
                ++transactions, 1, foreign.master().session(), foreign.master().since(), MasterData.of(foreign.data()));
    }

    private void renewForeign() {
        MasterNode present = Objects.requireNonNull(node);
        write(record(FOREIGN_ID + " " + String.format("%016x", transactions) + " " + FOREIGN_LEASE.toMillis() + " "
                + present.czxid() + " " + present.data().address()));
    }

    private static LeaseRecord record(String words) {
        return LeaseRecord.of(("masterlatch 1 " + words).getBytes(UTF_8));
    }

    private void write(LeaseRecord record) {
        lease = new LeaseNode(lease.czxid(), ++transactions, lease.version() + 1, record);
    }

    private void changed() {
        if (connected) {
            emit(new Event.NodeChanged());
        }
    }

    private void connect() {
        if (events != null && reachable) {
            connected = true;
            emit(new Event.Connected(session));
        }
        swallowed.forEach(reply -> reply.accept(new Failed(Failed.Kind.UNANSWERED, "the connection was lost")));
        swallowed.clear();
    }

    private void endSession() {
        own.clear();
        if (isOurs()) {
            node = null;
        }
    }

    @Override
    public synchronized void open(Consumer<Event> listener) {
        events = listener;
        openings++;
        connect();
    }

    @Override
    public synchronized void close() {
        events = null;
        connected = false;
        own.clear();
    }

    @Override
    public synchronized CompletableFuture<List<Candidate>> candidates() {
        return connected
                ? candidates.copy()
                : CompletableFuture.failedFuture(new IOException("the connection is lost"));
    }

    @Override
    public void send(Request request, Consumer<Reply> reply) {
        if (request instanceof Request.Claim) {
            beforeClaim.run();
        }
        Reply answer = answer(request, reply);
        if (answer != null) {
            reply.accept(answer);
        }
    }

    private synchronized @Nullable Reply answer(Request request, Consumer<Reply> reply) {
        if (!answering) {
            swallowed.add(reply);
            return null;
        }
        if (!connected) {
            return new Failed(Failed.Kind.UNANSWERED, "the connection is lost");
        }
        if (request instanceof Request.Look look) {
            return look(look);
        }
        if (request instanceof Request.Claim claim) {
            return claimFailure != null ? claimFailure : claim(claim);
        }
        if (request instanceof Request.Renew renew) {
            return unlessReplaced(renew.version(), () -> {
                write(renew.record());
                return new Reply.Written(lease, node);
            });
        }
        if (request instanceof Request.Release release) {
            return unlessReplaced(release.version(), () -> release(release));
        }
        if (request instanceof Request.RestoreAddress restore) {
            MasterNode present = Objects.requireNonNull(node);
            MasterData data = MasterData.of(restore.address().getBytes(UTF_8));
            node = new MasterNode(present.czxid(), present.version() + 1, present.owner(), present.since(), data);
        }
        return queue(request);
    }

    private Reply look(Request.Look look) {
        looks++;
        if (renewing) {
            renewForeign();
        }
        return new Reply.Looked(lease, node, look.watchLease() ? guard : null, queued().contains(look.candidate()));
    }

    private Reply claim(Request.Claim claim) {
        return unlessReplaced(claim.version(), () -> {
            boolean unproven = claim.guard() != null && claim.guard() != guard;
            if (unproven || (node == null) != (claim.nodeVersion() == null)) {
                return new Failed(Failed.Kind.NODE_CHANGED, "the master's node is another one");
            }
            write(claim.record());
            MasterData data =
                    MasterData.of(String.valueOf(claim.record().address()).getBytes(UTF_8));
            node = new MasterNode(lease.mzxid(), 1, session.id(), SINCE, data);
            return new Reply.Written(lease, node);
        });
    }

    private Reply release(Request.Release release) {
        write(release.record());
        guard += release.record().successor() == null ? 1 : 0;
        node = release.nodeVersion() == null ? node : null;
        own.removeIf(candidate -> candidate.name().equals(release.candidate()));
        return new Reply.Written(lease, node);
    }

    private Reply unlessReplaced(int version, Supplier<Reply> write) {
        return version == lease.version() ? write.get() : new Failed(Failed.Kind.CONFLICT, "another was faster");
    }

    /** In the queue its only latch is always the first. */
    private Reply queue(Request request) {
        if (request instanceof Request.JoinQueue join) {
            own.removeIf(candidate -> candidate.name().equals(join.former()));
            String name = String.format("%s-%010d", join.id(), ++joins);
            own.add(CandidateNode.of(name).orElseThrow());
            return new Reply.Joined(name);
        }
        if (request instanceof Request.ReadQueue) {
            return new Reply.Queue(List.copyOf(own));
        }
        if (request instanceof Request.LeaveQueue leave) {
            own.removeIf(candidate -> candidate.name().equals(leave.name()));
        }
        return new Reply.Done();
    }

    @Override
    public String toString() {
        return "/fake";
    }
}
