package io.masterlatch.web;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * All clients that wait for changes. They look again at every change, at the end of the lease, and at a steady pace for what
 * neither of the two brings. None of them has a thread, and none is ever waited for.
 *
 * <p>How many there are, of how many that may be, are the gauges {@code masterlatch.watchers} and {@code masterlatch.watchers.limit}.
 *
 * <p>It stops after the latch and before the web server's graceful shutdown, which would wait for them.
 */
@Component
class Watchers implements SmartLifecycle, MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(Watchers.class);

    /** How often a client looks at least. */
    static final Duration PACE = Duration.ofMillis(500);

    private final MasterLatch latch;
    private final int limit;
    private final Semaphore places;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private final Consumer<MastershipChange> listener = change -> lookAll();
    private volatile @Nullable ScheduledThreadPoolExecutor clock;

    Watchers(MasterLatch latch, WatchLimits limits) {
        this.latch = latch;
        this.limit = limits.watchers();
        this.places = new Semaphore(limit);
    }

    /**
     * Has a client look from now on, until its request is complete.
     *
     * @return false when as many as are allowed are here already; then nothing has happened
     */
    boolean admit(HttpServletRequest request, Function<AsyncContext, Watcher> client) {
        if (!places.tryAcquire()) {
            return false;
        }
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        Watcher watcher = client.apply(context);
        context.addListener(new Leaving(watcher));
        watchers.add(watcher);
        // It may have happened before.
        guarded(isRunning() ? watcher::look : watcher::end);
        return true;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("masterlatch.watchers", this, present -> present.limit - present.places.availablePermits())
                .description("How many clients wait for changes, over event streams and long polls together")
                .register(registry);
        Gauge.builder("masterlatch.watchers.limit", this, present -> present.limit)
                .description("How many clients may wait for changes; one more is answered 503")
                .register(registry);
    }

    @Override
    public void start() {
        ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "masterlatch-watch");
            thread.setDaemon(true);
            return thread;
        });
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
        watchers.forEach(watcher -> guarded(watcher::end));
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
        // A lapse is a change like any other. This is for an election that is held up and publishes none.
        long known = latch.mastership().knownFor(latch.now()).toNanos();
        long pause = known > 0 ? Math.min(known, PACE.toNanos()) : PACE.toNanos();
        running.schedule(() -> tick(running), pause, TimeUnit.NANOSECONDS);
    }

    private void lookAll() {
        watchers.forEach(watcher -> guarded(watcher::look));
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error ex) {
            log.error("A client that waits for changes could not be notified", ex);
        }
    }

    private final class Leaving implements AsyncListener {

        private final Watcher watcher;
        private final AtomicBoolean gone = new AtomicBoolean();

        Leaving(Watcher watcher) {
            this.watcher = watcher;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            if (gone.compareAndSet(false, true)) {
                watchers.remove(watcher);
                places.release();
            }
        }

        @Override
        public void onError(AsyncEvent event) {
            // Before the request is completed, after which the container uses its objects for another one.
            watcher.gone();
            event.getAsyncContext().complete();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            onError(event);
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Nothing here begins a second time.
        }
    }
}
