package io.masterlatch.web;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * All clients that wait for changes. They look again at every change, at the end of the lease, and at a steady pace for
 * what neither of the two brings. None of them has a thread, and none is waited for.
 *
 * <p>It stops after the latch and before the web server's graceful shutdown, which would wait for them.
 */
final class Subscribers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Subscribers.class);

    /** The longest pause between two looks. */
    static final Duration PACE = Duration.ofMillis(500);

    private static final int CHECKS_PER_HEARTBEAT = 4;

    private final MasterLatch latch;
    private final int limit;
    private final Semaphore places;
    private final Set<Subscriber> present = ConcurrentHashMap.newKeySet();
    private final Consumer<MastershipChange> listener = change -> lookAll();
    private final long checkPeriod;
    private long checked = System.nanoTime();
    private volatile @Nullable ScheduledThreadPoolExecutor clock;

    Subscribers(MasterLatch latch, int limit, Duration heartbeat) {
        this.latch = latch;
        this.limit = limit;
        this.places = new Semaphore(limit);
        this.checkPeriod = heartbeat.toNanos() / CHECKS_PER_HEARTBEAT;
    }

    /**
     * Admits a client, which looks from now on until it leaves.
     *
     * @param opening makes the subscriber, once there is a place for it
     * @return the subscriber; null when as many as are allowed are here already
     */
    <S extends Subscriber> @Nullable S admit(Supplier<S> opening) {
        if (!places.tryAcquire()) {
            return null;
        }
        S subscriber;
        try {
            subscriber = opening.get();
        } catch (RuntimeException | Error ex) {
            places.release();
            throw ex;
        }
        present.add(subscriber);
        // The change may have happened before.
        guarded(isRunning() ? subscriber::look : subscriber::end);
        return subscriber;
    }

    /** Removes a client. */
    void leave(Subscriber subscriber) {
        if (present.remove(subscriber)) {
            places.release();
        }
    }

    int count() {
        return limit - places.availablePermits();
    }

    int limit() {
        return limit;
    }

    @Override
    public void start() {
        ScheduledThreadPoolExecutor started =
                new ScheduledThreadPoolExecutor(1, Threads.named("masterlatch-subscribers"));
        clock = started;
        latch.addChangeListener(listener);
        tick(started);
    }

    @Override
    public void stop() {
        ScheduledThreadPoolExecutor stopped = clock;
        clock = null;
        latch.removeChangeListener(listener);
        if (stopped != null) {
            stopped.shutdownNow();
        }
        present.forEach(subscriber -> guarded(subscriber::end));
    }

    @Override
    public boolean isRunning() {
        return clock != null;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 512;
    }

    private void tick(ScheduledThreadPoolExecutor running) {
        lookAll();
        long now = System.nanoTime();
        if (now - checked >= checkPeriod) {
            checked = now;
            check(present.isEmpty() ? TcpTable.NONE : TcpTable.read(), now);
        }
        // A lapse is a change like any other. This is for an election that is held up and publishes none.
        long known = latch.mastership().knownFor(latch.now()).toNanos();
        long pause = known > 0 ? Math.min(known, PACE.toNanos()) : PACE.toNanos();
        running.schedule(() -> tick(running), pause, TimeUnit.NANOSECONDS);
    }

    /** Has all look for what is new. */
    void lookAll() {
        present.forEach(subscriber -> guarded(subscriber::look));
    }

    void check(TcpTable table, long now) {
        present.forEach(subscriber -> guarded(() -> subscriber.check(table, now)));
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error ex) {
            log.error("A client that waits for changes could not be notified", ex);
        }
    }
}
