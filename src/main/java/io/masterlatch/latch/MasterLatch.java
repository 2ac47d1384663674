package io.masterlatch.latch;

import io.masterlatch.election.Master;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Standing;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.jspecify.annotations.Nullable;

/**
 * Elects one master among all latches on the same node, in the manner of Curator's
 * {@link org.apache.curator.framework.recipes.leader.LeaderLatch}.
 *
 * <p>While started it keeps a ZooKeeper session of its own. It holds the mastership by an ephemeral node whose data is its
 * address, and trusts in it only while a lease runs that ends before any other latch could take over. So <b>no two latches have
 * leadership at the same instant</b>, whichever of them is frozen, cut off or killed. What is not promised: that something begun
 * under {@link #hasLeadership()} ends under it. A resource that two masters must never both touch has to compare epochs
 * ({@link Master#epoch()}).
 *
 * <p>Unlike LeaderLatch it can be started again after it was closed, keeps leadership through a loss of the connection that is
 * shorter than the lease, and tells its listeners {@code notLeader} also when it is closed as the leader.
 *
 * <p>Thread-safe. Listeners are called in the order of events, under no lock, each on its own; one that throws or blocks harms
 * neither the election nor the other listeners.
 */
public final class MasterLatch implements AutoCloseable {

    /** The stages of a latch's life. */
    public enum State {
        /** Not started yet. */
        LATENT,
        /** Started, and taking part. */
        STARTED,
        /** Closed; it may be started again. */
        CLOSED
    }

    private final MasterNode node;
    private final Supplier<String> address;
    private boolean wanted; // guarded by 'lifecycle'
    private volatile @Nullable String bar; // written under 'lifecycle'
    private final Listeners listeners = new Listeners();
    private final HandingOver handingOver;

    private final ReentrantLock lifecycle = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private volatile State state = State.LATENT;
    private volatile int closings;
    private volatile String id;
    private volatile Mastership mastership;
    private volatile @Nullable ElectionLoop loop;

    /**
     * Makes a latch that stands for election.
     *
     * @param node the node to hold; from now on this latch alone opens and closes it
     * @param address the address to advertise, {@code host:port}
     * @throws IllegalArgumentException when the address is not {@code host:port}
     */
    public MasterLatch(MasterNode node, String address) {
        this(node, address, true);
    }

    /**
     * Makes a latch.
     *
     * @param node the node to hold; from now on this latch alone opens and closes it
     * @param address the address to advertise, {@code host:port}
     * @param stands whether it stands for election; if not, it only observes who is master
     * @throws IllegalArgumentException when the address is not {@code host:port}
     */
    public MasterLatch(MasterNode node, String address, boolean stands) {
        this(node, () -> address, stands);
        this.id = checked(address);
        this.mastership = Mastership.closed(id, stands, System.nanoTime());
    }

    /**
     * Makes a latch whose address is not known before it starts, such as one with the port of a server that is yet to start.
     *
     * @param node the node to hold; from now on this latch alone opens and closes it
     * @param address asked at each start for the address to advertise, {@code host:port}
     * @param stands whether it stands for election; if not, it only observes who is master
     */
    public MasterLatch(MasterNode node, Supplier<String> address, boolean stands) {
        this.node = Objects.requireNonNull(node, "'node' must not be null");
        this.address = Objects.requireNonNull(address, "'address' must not be null");
        this.wanted = stands;
        this.handingOver = new HandingOver(node, this, this::giveUp);
        this.id = "not started";
        this.mastership = Mastership.closed(id, stands, System.nanoTime());
    }

    /**
     * Takes part in the election from now on. Returns at once: connecting, and connecting again, happens in the background.
     *
     * @throws IllegalStateException when it is started already
     * @throws IllegalArgumentException when the address that is supplied now is not {@code host:port}
     */
    public void start() {
        lifecycle.lock();
        try {
            if (state == State.STARTED) {
                throw new IllegalStateException("The latch of " + id + " is started already");
            }
            id = checked(address.get());
            state = State.STARTED;
            listeners.open();
            ElectionLoop begun = new ElectionLoop(node, id, stands(), this::show, listeners::tell);
            loop = begun;
            begun.start();
        } finally {
            lifecycle.unlock();
        }
    }

    /**
     * Gives up the mastership, if held, and takes no further part. When it returns, this latch has no leadership, and its
     * session is closed if ZooKeeper could be reached; otherwise ZooKeeper will find it expired. Whoever waits in {@link #await()}
     * is told by an {@link EOFException}. Closing a latch that is not started does nothing.
     */
    @Override
    public void close() {
        lifecycle.lock();
        try {
            ElectionLoop present = loop;
            if (present == null) {
                return;
            }
            state = State.CLOSED;
            closings++;
            wake();
            present.stop();
            loop = null;
            listeners.close();
            handingOver.closed();
        } finally {
            lifecycle.unlock();
        }
    }

    /**
     * Tells whether this latch is the master now. It compares the clock with the end of the lease, so that the answer is right
     * also in the first instruction after a pause of any length.
     *
     * @return true only while no other latch can be master
     */
    public boolean hasLeadership() {
        return mastership.role(System.nanoTime()) == Role.MASTER;
    }

    /**
     * Waits until this latch is the master.
     *
     * @throws InterruptedException when the thread is interrupted while it waits
     * @throws EOFException when the latch is not started, or is closed meanwhile
     */
    public void await() throws InterruptedException, EOFException {
        int closingsBefore = closings;
        lock.lockInterruptibly();
        try {
            while (isStartedSince(closingsBefore) && !hasLeadership()) {
                news.await();
            }
        } finally {
            lock.unlock();
        }
        if (!isStartedSince(closingsBefore)) {
            throw new EOFException("The latch of " + id + " is not started");
        }
    }

    /**
     * Waits until this latch is the master, or a time has passed.
     *
     * @param timeout the longest time to wait; none if zero or negative
     * @param unit the unit of {@code timeout}
     * @return true if it is the master; false if the time has passed, or the latch is not started or is closed meanwhile
     * @throws InterruptedException when the thread is interrupted while it waits
     */
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(timeout);
        int closingsBefore = closings;
        lock.lockInterruptibly();
        try {
            while (isStartedSince(closingsBefore) && !hasLeadership() && left > 0) {
                left = news.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return isStartedSince(closingsBefore) && hasLeadership();
    }

    /**
     * Tells the stage of this latch's life.
     *
     * @return the stage; it says nothing about leadership
     */
    public State getState() {
        return state;
    }

    /**
     * Tells who this latch is.
     *
     * @return the advertised address; a latch whose address is supplied later has none before its first start
     */
    public String getId() {
        return id;
    }

    /**
     * Tells who is master now, from memory.
     *
     * @return the master, possibly this latch; empty when there is none or this latch cannot tell
     */
    public Optional<Master> getLeader() {
        return mastership.master(System.nanoTime());
    }

    /**
     * Tells all that this latch knows.
     *
     * @return an immutable snapshot, to be asked with {@link System#nanoTime()}
     */
    public Mastership mastership() {
        return mastership;
    }

    /**
     * Has a listener told when this latch becomes leader and when it ceases to be, alternately.
     *
     * @param listener the listener; called on a thread of the latch's own
     */
    public void addListener(LeaderLatchListener listener) {
        addListener(listener, Runnable::run);
    }

    /**
     * Has a listener told when this latch becomes leader and when it ceases to be, alternately.
     *
     * @param listener the listener
     * @param executor where to call it; one call at a time is handed over
     */
    public void addListener(LeaderLatchListener listener, Executor executor) {
        Consumer<MastershipChange> leadership = change -> {
            if (change.to() == Role.MASTER) {
                listener.isLeader();
            } else {
                listener.notLeader();
            }
        };
        listeners.add(
                listener,
                change -> (change.from() == Role.MASTER) != (change.to() == Role.MASTER),
                leadership,
                executor);
    }

    /**
     * Has a listener told nothing more, apart from calls that are under way.
     *
     * @param listener a listener that was added; another one is ignored
     */
    public void removeListener(LeaderLatchListener listener) {
        listeners.remove(listener);
    }

    /**
     * Has a listener told every change of role or of master that this latch sees, also while it is not the master.
     *
     * @param listener the listener; called on a thread of the latch's own, one call at a time
     */
    public void addChangeListener(Consumer<MastershipChange> listener) {
        listeners.add(listener, change -> true, listener, Runnable::run);
    }

    /**
     * Has a listener told nothing more, apart from calls that are under way.
     *
     * @param listener a listener that was added; another one is ignored
     */
    public void removeChangeListener(Consumer<MastershipChange> listener) {
        listeners.remove(listener);
    }

    /**
     * Withdraws from the election: gives up the mastership if held, and only observes from now on, also after the latch is
     * closed and started again.
     *
     * @return done when it has given up; fails if the latch is closed meanwhile
     */
    public CompletableFuture<Void> withdraw() {
        return want(false, "it was withdrawn");
    }

    /**
     * Stands for election again, at the end of the line. A latch that is {@linkplain #bar barred} stands when it is barred no more.
     *
     * @return done when it is decided; fails if the latch is closed meanwhile
     */
    public CompletableFuture<Void> stand() {
        return want(true, "it stands again");
    }

    /**
     * Bars this latch from standing, whatever {@link #stand()} wishes, until {@link #unbar}: what it is to be master of is not fit for
     * it. It gives up the mastership if held, and only observes, also after it is closed and started again. A bar and a withdrawal do not
     * undo each other: it stands while there is neither.
     *
     * @param why the reason, in words for an operator, which takes the place of the one before
     * @return done when it has given up; fails if the latch is closed meanwhile
     */
    public CompletableFuture<Void> bar(String why) {
        Objects.requireNonNull(why, "'why' must not be null");
        lifecycle.lock();
        try {
            bar = why;
            return decide(why);
        } finally {
            lifecycle.unlock();
        }
    }

    /**
     * Bars this latch no more. It stands again, at the end of the line, unless it was withdrawn.
     *
     * @param why the cause, in words for an operator
     * @return done when it is decided; fails if the latch is closed meanwhile
     */
    public CompletableFuture<Void> unbar(String why) {
        Objects.requireNonNull(why, "'why' must not be null");
        lifecycle.lock();
        try {
            bar = null;
            return decide(why);
        } finally {
            lifecycle.unlock();
        }
    }

    /**
     * Tells why this latch is barred from standing.
     *
     * @return the reason in words; empty when it is not barred, though it may have been withdrawn
     */
    public Optional<String> barred() {
        return Optional.ofNullable(bar);
    }

    private CompletableFuture<Void> want(boolean standing, String why) {
        lifecycle.lock();
        try {
            wanted = standing;
            return decide(why);
        } finally {
            lifecycle.unlock();
        }
    }

    private CompletableFuture<Void> decide(String why) {
        ElectionLoop present = loop;
        if (present == null) {
            mastership = Mastership.closed(id, stands(), System.nanoTime());
            return CompletableFuture.completedFuture(null);
        }
        return present.stand(stands(), why);
    }

    private boolean stands() {
        return wanted && bar == null;
    }

    /**
     * Hands the mastership over to another candidate and stands at the end of the line. Nothing is given up unless there is somebody
     * to hand over to. If that one does not claim, whoever is next does, and at last this latch again.
     *
     * @param to the address of the candidate who is to be the next master, though others may be before it in line; null for whoever
     *     is first
     * @param timeout how long to wait for ZooKeeper to say who stands, and then for the successor
     * @return what came of it; never fails
     */
    public CompletableFuture<HandOver> handOver(@Nullable String to, Duration timeout) {
        Objects.requireNonNull(timeout, "'timeout' must not be null");
        return handingOver.begin(to, timeout);
    }

    private CompletableFuture<Boolean> giveUp(long epoch, String why) {
        // Not under the lifecycle's lock: close() holds it while it waits for ZooKeeper, on whose thread this may be
        // called.
        ElectionLoop present = loop;
        return present == null
                ? CompletableFuture.failedFuture(new IllegalStateException("The latch of " + id + " is closed"))
                : present.giveUp(epoch, why);
    }

    /**
     * Reads who stands for election, from ZooKeeper.
     *
     * @return the line of succession, the present master normally first; fails when ZooKeeper cannot be asked, at once if there is no
     *     connection
     */
    public CompletableFuture<List<Standing>> candidates() {
        return mastership.connection() == Connection.CONNECTED
                ? node.candidates()
                : CompletableFuture.failedFuture(new IOException("there is no connection to ZooKeeper"));
    }

    private static String checked(String address) {
        Objects.requireNonNull(address, "'address' must not be null");
        if (!MasterData.isHostPort(address)) {
            throw new IllegalArgumentException("'address' must be host:port with a port from 1 to 65535, not '"
                    + address + "'; an IPv6 address goes in brackets");
        }
        return address;
    }

    private void show(Mastership latest) {
        mastership = latest;
        // Also without a change: a lease may have lapsed and been renewed between two steps, and whoever looked in
        // between waits now.
        wake();
    }

    /** Whether this is still the life in which somebody began to wait: a latch may be started again before he wakes. */
    private boolean isStartedSince(int closingsBefore) {
        return state == State.STARTED && closings == closingsBefore;
    }

    private void wake() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
