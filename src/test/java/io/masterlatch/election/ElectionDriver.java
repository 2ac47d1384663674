package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Reply.Failed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Drives an {@link Election} in virtual time, with a lease and a master's node in memory. Times are in milliseconds
 * from the start, which lies shortly before {@link System#nanoTime()} wraps around, so that every test crosses that.
 */
final class ElectionDriver {

    static final Duration L = Duration.ofMillis(3000);
    static final String SELF = "self:1";
    static final String OTHER = "other:1";
    static final String OTHER_ID = "00000000000000ff";
    static final Session SESSION = new Session(0xa, Duration.ofSeconds(10));
    static final Session NEXT_SESSION = new Session(0xb, Duration.ofSeconds(10));
    static final long OTHERS_SESSION = 0xf;
    static final Instant SINCE = Instant.parse("2026-11-22T07:35:00.123Z");
    static final long JITTER = 100;

    private static final long ORIGIN = Long.MAX_VALUE - 2_000_000_000L;
    private static final long WALL = SINCE.toEpochMilli();

    final Election election;
    final List<Request> sent = new ArrayList<>();
    final List<Long> looks = new ArrayList<>();
    final List<ReleaseOutcome> finished = new ArrayList<>();
    final List<String> notices = new ArrayList<>();
    final List<CandidateNode> queue = new ArrayList<>();

    @Nullable
    LeaseNode lease;

    @Nullable
    MasterNode node;

    @Nullable
    Integer guard = 5;

    private final List<MastershipChange> changes = new ArrayList<>();
    private long nanos = ORIGIN;
    private long wallAhead;
    private long transactions = 1000;
    private long tokens;
    private long joins = 10;
    private Action.@Nullable Send pending;

    ElectionDriver() {
        this(true, L);
    }

    ElectionDriver(boolean candidate, Duration configured) {
        election = new Election(SELF, candidate, configured, new RandomGenerator() {

            @Override
            public long nextLong() {
                return ++tokens;
            }

            @Override
            public long nextLong(long bound) {
                return JITTER * 1_000_000;
            }
        });
        released();
    }

    // Time

    ClockReading now() {
        return new ClockReading(nanos, WALL + (nanos - ORIGIN) / 1_000_000 + wallAhead);
    }

    long millis() {
        return (nanos - ORIGIN) / 1_000_000;
    }

    /** Lets time pass in which nothing runs, as in a pause of the process. */
    ElectionDriver pause(long millis) {
        nanos += millis * 1_000_000;
        return this;
    }

    ElectionDriver pauseNanos(long length) {
        nanos += length;
        return this;
    }

    /** The machine is suspended: only the wall clock goes on. */
    ElectionDriver suspend(long millis) {
        wallAhead += millis;
        return this;
    }

    // What is in ZooKeeper

    ElectionDriver released() {
        return record(LeaseRecord.released("00000000000000e0", OTHER, null));
    }

    /** Another instance releases the lease for any candidate, and the watch of the guard fires. */
    ElectionDriver releasedByOther() {
        guard++;
        node = null;
        return released().on(new Event.GuardChanged());
    }

    ElectionDriver releasedFor(String id) {
        node = null;
        return record(LeaseRecord.released("00000000000000e0", OTHER, id));
    }

    /** Writes a record, with the next version. */
    ElectionDriver record(LeaseRecord record) {
        LeaseNode before = lease;
        lease = new LeaseNode(1, ++transactions, before == null ? 0 : before.version() + 1, record);
        return this;
    }

    ElectionDriver unreadable() {
        return record(LeaseRecord.of(new byte[0]));
    }

    /** Another instance claims the lease. */
    ElectionDriver claimedByOther(Duration length) {
        record(LeaseRecord.held(OTHER_ID, nonce(), length, 0, OTHER));
        node = node(transactions, OTHERS_SESSION, OTHER);
        return this;
    }

    ElectionDriver renewedByOther(Duration length) {
        return record(LeaseRecord.held(OTHER_ID, nonce(), length, lease.epoch(), OTHER));
    }

    ElectionDriver stranger(String data) {
        node = node(++transactions, OTHERS_SESSION, data);
        return this;
    }

    ElectionDriver without() {
        node = null;
        return this;
    }

    static MasterNode node(long czxid, long owner, String data) {
        return new MasterNode(czxid, 1, owner, SINCE, MasterData.of(data.getBytes()));
    }

    private String nonce() {
        return String.format("%016x", 0xe000 + transactions);
    }

    /** Puts other candidates into the queue, in front of this instance if it comes later. */
    ElectionDriver queued(String... ids) {
        for (String id : ids) {
            queue.add(CandidateNode.of(String.format("%s-%010d", id, ++joins)).orElseThrow());
        }
        return this;
    }

    static String id(int number) {
        return String.format("%016x", 0xf00 + number);
    }

    // What happens to the election

    ElectionDriver on(Event event) {
        election.on(event, now());
        collect();
        return this;
    }

    ElectionDriver start() {
        return on(new Event.Start());
    }

    ElectionDriver connect() {
        return connect(SESSION);
    }

    ElectionDriver connect(Session session) {
        return on(new Event.Connected(session));
    }

    ElectionDriver disconnect() {
        return on(new Event.Disconnected());
    }

    /** Answers the request under way. */
    ElectionDriver answer(Reply reply) {
        Action.Send send = pending;
        pending = null;
        return answer(send, reply);
    }

    ElectionDriver answer(Action.Send send, Reply reply) {
        return on(new Event.Replied(send.number(), reply));
    }

    ElectionDriver fail(Failed.Kind kind) {
        return answer(new Failed(kind, "no"));
    }

    /** Answers the request under way as ZooKeeper would. */
    ElectionDriver granted() {
        return answer(execute(pending.request()));
    }

    /** The request under way. */
    Action.Send pending() {
        return pending;
    }

    /** Does in memory what a request asks for. */
    Reply execute(Request request) {
        if (request instanceof Request.Look look) {
            boolean candidate = queue.stream().anyMatch(place -> place.name().equals(look.candidate()));
            return new Reply.Looked(lease, node, look.watchLease() ? guard : null, candidate);
        }
        if (request instanceof Request.Claim claim && claim.guard() != null) {
            boolean known = claim.guard().equals(guard) && claim.version() == lease.version() && node == null;
            return known ? claim(claim) : new Failed(Failed.Kind.CONFLICT, "no");
        }
        if (request instanceof Request.Claim claim) {
            return claim(claim);
        }
        if (request instanceof Request.Renew renew) {
            record(renew.record());
            return new Reply.Written(lease, node);
        }
        if (request instanceof Request.Release release) {
            record(release.record());
            guard = guard == null || release.record().successor() != null ? guard : Integer.valueOf(guard + 1);
            node = release.nodeVersion() == null ? node : null;
            queue.removeIf(place -> place.name().equals(release.candidate()));
            return new Reply.Written(lease, node);
        }
        if (request instanceof Request.CreateLease create) {
            record(create.record());
        } else if (request instanceof Request.RemoveLeftover) {
            node = null;
        } else if (request instanceof Request.RestoreAddress restore) {
            node = new MasterNode(
                    node.czxid(),
                    node.version() + 1,
                    node.owner(),
                    SINCE,
                    MasterData.of(restore.address().getBytes()));
        } else if (request instanceof Request.JoinQueue join) {
            queue.removeIf(place -> place.name().equals(join.former()));
            queued(join.id());
            return new Reply.Joined(queue.get(queue.size() - 1).name());
        } else if (request instanceof Request.ReadQueue) {
            return new Reply.Queue(List.copyOf(queue));
        } else if (request instanceof Request.LeaveQueue leave) {
            queue.removeIf(place -> place.name().equals(leave.name()));
        }
        return new Reply.Done();
    }

    private Reply claim(Request.Claim claim) {
        record(claim.record());
        node = node(transactions, session().id(), SELF);
        return new Reply.Written(lease, node);
    }

    // What the election does

    /** The next action; a hand-over, stop or withdrawal that has ended is taken note of. */
    Action next() {
        while (true) {
            Action action = election.next(now());
            collect();
            if (action instanceof Action.Finish finish) {
                finished.add(finish.outcome());
                continue;
            }
            if (action instanceof Action.Send send) {
                pending = send;
                sent.add(send.request());
                if (send.request() instanceof Request.Look) {
                    looks.add(millis());
                }
            }
            return action;
        }
    }

    /** The next action is this request, at once. */
    <T extends Request> T expect(Class<T> type) {
        Action action = next();
        assertThat(action).isInstanceOf(Action.Send.class);
        Request request = ((Action.Send) action).request();
        assertThat(request).isInstanceOf(type);
        return type.cast(request);
    }

    ElectionDriver expectNothing() {
        assertThat(next()).isInstanceOf(Action.Wait.class);
        return this;
    }

    /** Expects a look at once, and shows it what is there. */
    ElectionDriver look() {
        expect(Request.Look.class);
        return granted();
    }

    /** Steps on, granting everything, until it waits. */
    ElectionDriver settle() {
        while (next() instanceof Action.Send) {
            granted();
        }
        return this;
    }

    /**
     * Steps until a request of this type is under way, granting every other and letting time pass; that one is not
     * answered.
     */
    <T extends Request> T until(Class<T> type) {
        for (int step = 0; step < 10_000; step++) {
            Action action = next();
            if (action instanceof Action.Send send) {
                if (type.isInstance(send.request())) {
                    return type.cast(send.request());
                }
                granted();
            } else {
                nanos = ((Action.Wait) action).until();
            }
        }
        throw new AssertionError("No " + type.getSimpleName() + " in 10000 steps; the last of " + sent.size()
                + " requests were " + sent.subList(Math.max(0, sent.size() - 5), sent.size()));
    }

    /** Steps for this long, granting everything; nothing else writes meanwhile. */
    ElectionDriver run(long millis) {
        long end = nanos + millis * 1_000_000;
        while (true) {
            settle();
            Action action = next();
            long until = ((Action.Wait) action).until();
            if (until - end >= 0) {
                nanos = end;
                return settle();
            }
            nanos = until;
        }
    }

    private void collect() {
        changes.addAll(election.takeChanges());
        notices.addAll(election.takeNotices());
    }

    // Its state

    ElectionDriver standby() {
        claimedByOther(L);
        return start().connect().settle();
    }

    ElectionDriver master() {
        return start().connect().settle();
    }

    /** Becomes master, and lets the time of a renewal come; that one is under way. */
    ElectionDriver renewing() {
        master();
        until(Request.Renew.class);
        return this;
    }

    Mastership snapshot() {
        return election.snapshot(now());
    }

    Role role() {
        return snapshot().role(now());
    }

    @Nullable
    Master namedMaster() {
        return snapshot().master(now()).orElse(null);
    }

    String problem() {
        return snapshot().problem(now()).orElse(null);
    }

    String vacancy() {
        return snapshot().vacancy(now()).orElse(null);
    }

    String id() {
        return snapshot().id();
    }

    Session session() {
        return snapshot().session();
    }

    /** Takes the changes since the last call, in the form "STANDBY -> MASTER: the cause". */
    List<String> changes() {
        List<String> words = changes.stream()
                .map(change -> change.from() + " -> " + change.to() + ": " + change.cause())
                .toList();
        changes.clear();
        return words;
    }

    /** The kinds of the requests since the last call. */
    List<String> requests() {
        List<String> names =
                sent.stream().map(request -> request.getClass().getSimpleName()).toList();
        sent.clear();
        return names;
    }
}
