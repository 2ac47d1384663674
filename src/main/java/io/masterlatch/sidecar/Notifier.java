package io.masterlatch.sidecar;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.latch.MasterLatch;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Notifies targets of every change of this instance's role or of the master it knows. No target waits for another, and
 * the election for none.
 *
 * <p>It stops after the latch. Each target then gets a last attempt, and all together 10 seconds.
 */
final class Notifier implements SmartLifecycle {

    private static final long TIME_FOR_LAST_CHANGE = TimeUnit.SECONDS.toNanos(2);
    private static final Duration TIME_TO_END = Duration.ofSeconds(10);
    private static final long TIME_TO_BREAK_OFF = TimeUnit.SECONDS.toNanos(3);

    private final MasterLatch latch;
    private final Clock clock;
    private final long timeToEnd;
    private final List<NotificationWorker> workers;
    private final Consumer<MastershipChange> listener = this::changed;
    private long sequence; // guarded by this, as is the last notification
    private @Nullable Notification last;
    private volatile boolean running;

    Notifier(MasterLatch latch, Clock clock, List<NotificationTarget> targets) {
        this(latch, clock, targets, TIME_TO_END);
    }

    Notifier(MasterLatch latch, Clock clock, List<NotificationTarget> targets, Duration timeToEnd) {
        this.latch = latch;
        this.clock = clock;
        this.timeToEnd = timeToEnd.toNanos();
        this.workers = targets.stream()
                .map(target -> new NotificationWorker(target, this::holds, backOff()))
                .toList();
    }

    /**
     * Returns pauses of 0.5 s and then twice as long each time, up to 30 s, each by chance up to half shorter or
     * longer.
     */
    static ExponentialBackOff backOff() {
        ExponentialBackOff backOff = new ExponentialBackOff(500, 2);
        backOff.setMaxInterval(30_000);
        backOff.setJitter(250);
        return backOff;
    }

    List<NotificationWorker> workers() {
        return workers;
    }

    /** Starts before the latch, to miss no change, and stops after it, to notify of its end. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public synchronized void start() {
        last = null;
        workers.forEach(NotificationWorker::start);
        latch.addChangeListener(listener);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            awaitLastChange();
            latch.removeChangeListener(listener);
            workers.forEach(NotificationWorker::finish);
            long begun = System.nanoTime();
            // Not broken off at once: a target that has received half of it could handle it after what follows.
            if (!awaitEnd(begun + timeToEnd / 2)) {
                workers.forEach(NotificationWorker::breakOffSuperseded);
            }
            if (!awaitEnd(begun + timeToEnd)) {
                workers.forEach(NotificationWorker::abandon);
                awaitEnd(begun + timeToEnd + TIME_TO_BREAK_OFF);
            }
        } catch (InterruptedException ex) {
            workers.forEach(NotificationWorker::abandon);
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private synchronized void changed(MastershipChange change) {
        Notification notification =
                new Notification(++sequence, clock.instant(), latch.getElection(), latch.getId(), change);
        last = notification;
        workers.forEach(worker -> worker.offer(notification));
        notifyAll();
    }

    private boolean holds(Notification notification) {
        return notification.holds(latch.mastership(), latch.now());
    }

    /** Waits until the listener was called for the closing of the latch, which happens a moment after it. */
    private synchronized void awaitLastChange() throws InterruptedException {
        long until = System.nanoTime() + TIME_FOR_LAST_CHANGE;
        while (last != null && !holds(last) && until - System.nanoTime() > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, until - System.nanoTime());
        }
    }

    private boolean awaitEnd(long until) throws InterruptedException {
        boolean ended = true;
        for (NotificationWorker worker : workers) {
            ended &= worker.awaitEnd(until);
        }
        return ended;
    }
}
