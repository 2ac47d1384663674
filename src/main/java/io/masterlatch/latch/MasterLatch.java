package io.masterlatch.latch;

import io.masterlatch.curator.CuratorMasterStore;
import io.masterlatch.election.Candidate;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Event;
import io.masterlatch.election.Master;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.jspecify.annotations.Nullable;

/**
 * Elects one master among all latches on the same path: a Curator recipe in the manner of
 * {@link org.apache.curator.framework.recipes.leader.LeaderLatch}.
 *
 * <p><b>No two latches have leadership at the same instant</b>, whichever process, machine or connection is frozen, cut off or killed:
 * leadership is a lease that every latch can see, and it is compared with the clock at each question. Clocks may run up to 9 % fast or
 * slow. Not guaranteed is that work started under {@link #hasLeadership()} finishes under it: a resource that two masters must never
 * both touch has to compare epochs ({@link Master#epoch()}).
 *
 * <p>The client may be shared, also by several latches on different paths, and started before or after the latch, which leaves it open.
 * Unlike LeaderLatch a latch can be started again, and keeps leadership through a loss of the connection, or of the session, that is
 * shorter than the lease.
 *
 * <p>Thread-safe. Listeners are called in the order of events, under no lock, each on its own thread; one may throw or block.
 */
public final class MasterLatch implements AutoCloseable {

    /** The lease unless another is configured. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(3);

    /** The stages of a latch's life, as LeaderLatch has them; one that is closed may be started again. */
    public enum State {
        LATENT,
        STARTED,
        CLOSED
    }

    private final MasterStore store;
    private final String election;
    private final Supplier<String> address;
    private final Duration lease;
    private final Supplier<ClockReading> clock;
    private final Supplier<LoopTimer> timers;
    private final Listeners listeners = new Listeners();
    private final HandingOver handingOver = new HandingOver(this);
    private final Awaiting awaiting = new Awaiting();
    private final ReentrantLock lifecycle = new ReentrantLock();
    private boolean wanted; // guarded by 'lifecycle'
    private @Nullable LoopOutlet outlet; // guarded by 'lifecycle'
    private volatile @Nullable String suspended; // written under 'lifecycle'
    private volatile State state = State.LATENT;
    private volatile String id = "not started";
    private volatile Mastership mastership;
    private volatile @Nullable ElectionLoop loop;

    /** Creates a latch that is a candidate, with {@link #DEFAULT_LEASE}. */
    public MasterLatch(CuratorFramework client, String path, String address) {
        this(client, path, address, DEFAULT_LEASE);
    }

    /** Creates a latch that is a candidate; for what the builder's methods of these names say, and with the errors that they throw. */
    public MasterLatch(CuratorFramework client, String path, String address, Duration lease) {
        this(builder(client, path).address(address).lease(lease));
    }

    MasterLatch(MasterLatchBuilder built) {
        store = built.stores.apply(built.acl);
        election = built.election;
        address = Objects.requireNonNull(built.address, "'address' must be set");
        wanted = built.candidate;
        lease = built.lease;
        clock = built.clock;
        timers = built.timers;
        mastership = Mastership.closed(id, wanted, lease);
    }

    /** Begins to build a latch on a client, started or not; the path is that of the master's node within the client's namespace. */
    public static MasterLatchBuilder builder(CuratorFramework client, String path) {
        return new MasterLatchBuilder(path, acl -> new CuratorMasterStore(client, path, acl));
    }

    /** Begins to build a latch on a store of the caller's, such as one that counts what passes through it. */
    public static MasterLatchBuilder builder(MasterStore store) {
        return new MasterLatchBuilder("/master", acl -> store);
    }

    /** Starts to take part in the election, under the address that is supplied now; connecting happens in the background. */
    public void start() {
        lifecycle.lock();
        try {
            if (state == State.STARTED) {
                throw new IllegalStateException("The latch of " + id + " is started already");
            }
            String self = MasterLatchBuilder.checked(address.get());
            // Threads first, here and with the timer: with an Error if there are none to be had, nothing has begun.
            listeners.open();
            Election election = new Election(self, isCandidate(), lease, Tokens::draw, Tokens::below);
            LoopOutlet begun =
                    new LoopOutlet(listeners, this.election, latest -> awaiting.change(() -> mastership = latest));
            ElectionLoop started = new ElectionLoop(election, store, clock, timers.get(), lease, begun);
            id = self;
            outlet = begun;
            loop = started;
            state = State.STARTED;
            awaiting.open();
            begun.started(election.snapshot(clock.get()), store.toString(), clock.get());
            started.start();
        } finally {
            lifecycle.unlock();
        }
    }

    /** Releases the lease, if held, and takes no further part. When it returns, within the lease or 2 s, this latch has no leadership. */
    @Override
    public void close() {
        lifecycle.lock();
        try {
            ElectionLoop present = loop;
            LoopOutlet shown = outlet;
            if (present == null || shown == null) {
                return;
            }
            state = State.CLOSED;
            awaiting.close();
            ReleaseOutcome outcome = present.stop("it was closed");
            loop = null;
            outlet = null;
            shown.close(Mastership.closed(id, isCandidate(), lease), outcome);
            listeners.close();
            handingOver.closed();
        } finally {
            lifecycle.unlock();
        }
    }

    /** Returns whether this latch is the master now, by the clock: right in the first instruction after a pause of any length. */
    public boolean hasLeadership() {
        return mastership.role(clock.get()) == Role.MASTER;
    }

    /** Returns whether this latch is the master with at least that much of the lease left, without a further renewal. */
    public boolean hasLeadership(Duration atLeast) {
        Duration left = mastership.leaseRemaining(clock.get());
        return !left.isZero() && left.compareTo(atLeast) >= 0;
    }

    /** Waits until this latch is the master; throws an {@link EOFException} when it is not started, or is closed meanwhile. */
    public void await() throws InterruptedException, EOFException {
        if (!awaiting.await(this::hasLeadership, Long.MAX_VALUE)) {
            throw new EOFException("The latch of " + id + " is not started");
        }
    }

    /** Waits that long; returns false if this latch is not the master by then, or is not started, or is closed meanwhile. */
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return awaiting.await(this::hasLeadership, unit.toNanos(timeout));
    }

    /** Returns the stage of this latch's life. */
    public State getState() {
        return state;
    }

    /** Returns the advertised address; a latch whose address is supplied later has none before its first start. */
    public String getId() {
        return id;
    }

    /** Returns the name of the election: its path, unless another was set. */
    public String getElection() {
        return election;
    }

    /** Returns the present master, possibly this latch, from memory; empty when there is none or this latch cannot tell. */
    public Optional<Master> getLeader() {
        return mastership.master(clock.get());
    }

    /** Returns all that this latch knows, an immutable snapshot to be asked with {@link #now()}. */
    public Mastership mastership() {
        return mastership;
    }

    /** Reads both clocks, to ask a snapshot with. */
    public ClockReading now() {
        return clock.get();
    }

    /** Returns why only a new process can help, for a liveness probe; empty while this one can do its work, with ZooKeeper or without. */
    public Optional<String> stuck() {
        ElectionLoop present = loop;
        return present == null ? Optional.empty() : present.stuck();
    }

    /** Registers a listener, called on a thread of the latch's own. */
    public void addListener(LeaderLatchListener listener) {
        addListener(listener, Runnable::run);
    }

    /** Registers a listener, called on an executor. Calls alternate; a new epoch of the same master is a loss and a gain. */
    public void addListener(LeaderLatchListener listener, Executor executor) {
        listeners.add(listener, executor);
    }

    /** Removes a listener; a call in progress completes. */
    public void removeListener(LeaderLatchListener listener) {
        listeners.remove(listener);
    }

    /** Registers a listener for every change of role or master, called on a thread of the latch's own, one call at a time. */
    public void addChangeListener(Consumer<MastershipChange> listener) {
        listeners.add(listener, change -> true, listener, Runnable::run);
    }

    /** Removes a listener. A call in progress completes. */
    public void removeChangeListener(Consumer<MastershipChange> listener) {
        listeners.remove(listener);
    }

    /** Releases the lease if held, and only observes from now on, also after the next start. The result says what became of the lease. */
    public CompletableFuture<ReleaseOutcome> withdraw() {
        return decide(() -> wanted = false, "withdrawn");
    }

    /** Becomes a candidate again, at the end of the queue. A latch that is {@linkplain #suspend suspended} does when it is resumed. */
    public void join() {
        decide(() -> wanted = true, "a candidate again");
    }

    /** Withdraws until {@link #resume}, whatever {@link #join()} says, for a reason in words: what it would be master of is not fit. */
    public CompletableFuture<ReleaseOutcome> suspend(String why) {
        return decide(() -> suspended = Objects.requireNonNull(why, "'why' must not be null"), why);
    }

    /** Ends a suspension, for a cause in words. The latch is a candidate again, at the end of the queue, unless it was withdrawn. */
    public void resume(String why) {
        decide(() -> suspended = null, Objects.requireNonNull(why, "'why' must not be null"));
    }

    /** Returns why the candidacy is suspended; empty when it is not, though it may have been withdrawn. */
    public Optional<String> suspended() {
        return Optional.ofNullable(suspended);
    }

    private CompletableFuture<ReleaseOutcome> decide(Runnable change, String why) {
        lifecycle.lock();
        try {
            change.run();
            ElectionLoop present = loop;
            if (present == null) {
                mastership = Mastership.closed(id, isCandidate(), lease);
            } else if (!isCandidate()) {
                return present.command(ticket -> new Event.Withdraw(ticket, why));
            } else {
                present.tell(new Event.Join(why));
            }
            return CompletableFuture.completedFuture(ReleaseOutcome.NOT_HELD);
        } finally {
            lifecycle.unlock();
        }
    }

    private boolean isCandidate() {
        return wanted && suspended == null;
    }

    /**
     * Releases the lease for the candidate with that address, or for the first in the queue, and goes to the end of the queue. If that one
     * does not claim it, another does. Waits that long for ZooKeeper to name the candidates, and then for the successor; never fails.
     */
    public CompletableFuture<HandOver> handOver(@Nullable String to, Duration timeout) {
        return handingOver.begin(to, Objects.requireNonNull(timeout, "'timeout' must not be null"));
    }

    CompletableFuture<ReleaseOutcome> command(LongFunction<Event> event) {
        // Not under the lifecycle's lock, which close() holds while it waits.
        ElectionLoop present = loop;
        return present == null ? CompletableFuture.completedFuture(ReleaseOutcome.NOT_HELD) : present.command(event);
    }

    /** Reads the candidate queue from ZooKeeper, the earliest first; fails when ZooKeeper cannot be asked, at once without a connection. */
    public CompletableFuture<List<Candidate>> candidates() {
        return mastership.connection() == Connection.CONNECTED
                ? store.candidates()
                : CompletableFuture.failedFuture(new IOException("there is no connection to ZooKeeper"));
    }
}
