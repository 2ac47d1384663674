package io.masterlatch.latch;

import io.masterlatch.curator.CuratorMasterStore;
import io.masterlatch.election.Candidate;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Event;
import io.masterlatch.election.Master;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import java.io.EOFException;
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
 * Elects one master among all latches on the same path. It is a Curator recipe in the manner of LeaderLatch.
 *
 * <p><b>No two latches have leadership at the same instant</b>, whichever process, machine or connection is frozen, cut
 * off or killed. Leadership is a lease that every latch can see, and each call compares it with the clock. Clocks may
 * run up to 9 % fast or slow. Not guaranteed: that work started under {@link #hasLeadership()} finishes under it. A
 * resource that two masters must never both touch compares epochs ({@link Master#epoch()}).
 *
 * <p>The client may be shared, and started before or after the latch, which leaves it open. Unlike LeaderLatch, a latch
 * can be started again, and keeps leadership through an outage shorter than the lease. It is thread-safe. Listeners are
 * called in the order of events, under no lock, each on a thread of its own. Futures complete where the asynchronous
 * methods of {@link CompletableFuture} run, so what depends on them may block.
 */
public final class MasterLatch implements AutoCloseable {

    /** The lease unless another is configured. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(3);

    /** The states of a latch, as in LeaderLatch. A closed latch can be started again. */
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
    private final Supplier<ElectionLoop.Timer> timers;
    private final Listeners listeners = new Listeners();
    private final HandingOver handingOver;
    private final Awaiting awaiting = new Awaiting();
    private final ReentrantLock lifecycle = new ReentrantLock();
    private boolean wanted; // guarded by 'lifecycle'
    private volatile @Nullable String suspended; // written under 'lifecycle'
    private volatile State state = State.LATENT;
    private volatile String id = "not started";
    private volatile Mastership mastership;
    private volatile @Nullable ElectionLoop loop;

    /** Creates a latch that is a candidate, with {@link #DEFAULT_LEASE}. */
    public MasterLatch(CuratorFramework client, String path, String address) {
        this(client, path, address, DEFAULT_LEASE);
    }

    /** Creates a latch that is a candidate. The builder describes the arguments and their errors. */
    public MasterLatch(CuratorFramework client, String path, String address, Duration lease) {
        this(builder(client, path).address(address).lease(lease));
    }

    MasterLatch(MasterLatchBuilder built) {
        store = built.stores.apply(built.acl);
        handingOver = new HandingOver(this, store);
        election = built.election;
        address = Objects.requireNonNull(built.address, "'address' must be set");
        wanted = built.candidate;
        lease = built.lease;
        clock = built.clock;
        timers = built.timers;
        mastership = unstarted().snapshot(clock.get());
    }

    /** Returns a builder for a client, started or not, and the path of the master's node in the client's namespace. */
    public static MasterLatchBuilder builder(CuratorFramework client, String path) {
        return new MasterLatchBuilder(path, acl -> new CuratorMasterStore(client, path, acl));
    }

    /** Returns a builder for a store of your own, for example one that counts requests. */
    public static MasterLatchBuilder builder(MasterStore store) {
        return new MasterLatchBuilder("/master", acl -> store);
    }

    /** Starts the latch under the address that is supplied now. It connects in the background. */
    public void start() {
        lifecycle.lock();
        try {
            if (state == State.STARTED) {
                throw new IllegalStateException("The latch of " + id + " is started already");
            }
            id = MasterLatchBuilder.checked(address.get());
            // Threads come first, here and in the timer: an Error for want of a thread leaves the latch unstarted.
            listeners.open();
            Election election = unstarted();
            LoopOutlet outlet =
                    new LoopOutlet(listeners, this.election, latest -> awaiting.change(() -> mastership = latest));
            ElectionLoop started = new ElectionLoop(election, store, clock, timers.get(), lease, outlet);
            loop = started;
            state = State.STARTED;
            awaiting.open();
            outlet.started(election.snapshot(clock.get()), store.toString(), clock.get());
            started.start();
        } finally {
            lifecycle.unlock();
        }
    }

    /** Leaves the election, then waits for listeners. Returns within the lease or 2 s, without leadership. */
    @Override
    public void close() {
        long end = System.nanoTime() + Math.max(lease.toNanos(), ElectionLoop.PATIENCE);
        lifecycle.lock();
        try {
            ElectionLoop present = loop;
            if (present == null) {
                return;
            }
            state = State.CLOSED;
            awaiting.close();
            present.stop("it was closed", end, unstarted().snapshot(clock.get()));
            loop = null;
            listeners.close();
            handingOver.closed();
        } finally {
            lifecycle.unlock();
        }
        listeners.awaitCalls(end);
    }

    /** Returns whether this latch is the master now, by the clock, even right after a pause of any length. */
    public boolean hasLeadership() {
        return mastership.role(clock.get()) == Role.MASTER;
    }

    /** Returns whether this latch is the master for at least that long without another renewal. */
    public boolean hasLeadership(Duration atLeast) {
        Duration left = mastership.leaseRemaining(clock.get());
        return !left.isZero() && left.compareTo(atLeast) >= 0;
    }

    /** Waits until this latch is the master. Throws {@link EOFException} when it is closed or not started. */
    public void await() throws InterruptedException, EOFException {
        if (!awaiting.await(this::hasLeadership, Long.MAX_VALUE)) {
            throw new EOFException("The latch of " + id + " is not started");
        }
    }

    /** Waits up to that long. Returns false on a timeout, and if this latch is not started or is closed meanwhile. */
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return awaiting.await(this::hasLeadership, unit.toNanos(timeout));
    }

    /** Returns the state of this latch. */
    public State getState() {
        return state;
    }

    /** Returns the advertised address. A supplied address is known from the first start on. */
    public String getId() {
        return id;
    }

    /** Returns the name of the election: its path, unless another was set. */
    public String getElection() {
        return election;
    }

    /** Returns the present master, possibly this latch, from memory. Empty if there is none or it is unknown. */
    public Optional<Master> getLeader() {
        return mastership.master(clock.get());
    }

    /** Returns all that this latch knows, as an immutable snapshot. Its methods take {@link #now()}. */
    public Mastership mastership() {
        return mastership;
    }

    /** Returns a reading of both clocks, for the methods of a snapshot. */
    public ClockReading now() {
        return clock.get();
    }

    /** Returns why only a new process can help, for a liveness probe. Empty also while ZooKeeper is down. */
    public Optional<String> stuck() {
        return Optional.ofNullable(loop).flatMap(ElectionLoop::stuck);
    }

    /** Registers a listener, called on a thread of the latch. */
    public void addListener(LeaderLatchListener listener) {
        addListener(listener, Runnable::run);
    }

    /** Registers a listener, called on an executor. Calls alternate. A new epoch is a loss and a gain. */
    public void addListener(LeaderLatchListener listener, Executor executor) {
        listeners.add(listener, executor);
    }

    /** Removes a listener. A call in progress completes. */
    public void removeListener(LeaderLatchListener listener) {
        listeners.remove(listener);
    }

    /** Registers a listener for every change of role or master, called on a thread of the latch, one call at a time. */
    public void addChangeListener(Consumer<MastershipChange> listener) {
        listeners.add(listener, change -> true, listener, Runnable::run);
    }

    /** Removes a listener. A call in progress completes. */
    public void removeChangeListener(Consumer<MastershipChange> listener) {
        listeners.remove(listener);
    }

    /** Releases the lease, if held, and only observes from now on, also after the next start. Returns the outcome. */
    public CompletableFuture<ReleaseOutcome> withdraw() {
        return decide(() -> wanted = false, "withdrawn");
    }

    /** Becomes a candidate again, at the end of the queue; while {@linkplain #suspend suspended}, at the resume. */
    public void join() {
        decide(() -> wanted = true, "a candidate again");
    }

    /** Withdraws until {@link #resume}, whatever {@link #join()} says. The reason is for people to read. */
    public CompletableFuture<ReleaseOutcome> suspend(String why) {
        return decide(() -> suspended = Objects.requireNonNull(why, "'why' must not be null"), why);
    }

    /** Ends a suspension. The latch is a candidate again, at the end of the queue, unless it was withdrawn. */
    public void resume(String why) {
        decide(() -> suspended = null, Objects.requireNonNull(why, "'why' must not be null"));
    }

    /** Returns why the candidacy is suspended. Empty if it is not, even if it was withdrawn. */
    public Optional<String> suspended() {
        return Optional.ofNullable(suspended);
    }

    private CompletableFuture<ReleaseOutcome> decide(Runnable change, String why) {
        lifecycle.lock();
        try {
            change.run();
            ElectionLoop present = loop;
            if (present == null) {
                mastership = unstarted().snapshot(clock.get());
            } else if (!isCandidate()) {
                return present.command(ticket -> new Event.Withdraw(ticket, why))
                        .thenApplyAsync(outcome -> outcome);
            } else {
                present.submit(new Event.Join(why));
            }
            return CompletableFuture.completedFuture(ReleaseOutcome.NOT_HELD);
        } finally {
            lifecycle.unlock();
        }
    }

    private Election unstarted() {
        return new Election(id, isCandidate(), lease, MasterLatchBuilder.RANDOM);
    }

    private boolean isCandidate() {
        return wanted && suspended == null;
    }

    /** Releases the lease for that candidate, or the first. Waits up to that long for ZooKeeper and for the successor. */
    public CompletableFuture<HandOver> handOver(@Nullable String to, Duration timeout) {
        return handingOver.begin(to, Objects.requireNonNull(timeout, "'timeout' must not be null"));
    }

    CompletableFuture<ReleaseOutcome> command(LongFunction<Event> event) {
        ElectionLoop present = loop; // without the lifecycle's lock, which close() holds while it waits
        return present == null ? CompletableFuture.completedFuture(ReleaseOutcome.NOT_HELD) : present.command(event);
    }

    /** Reads the candidate queue from ZooKeeper, first position first. Fails at once without a connection. */
    public CompletableFuture<List<Candidate>> candidates() {
        return handingOver.queue().thenApplyAsync(queue -> queue);
    }
}
