package io.masterlatch.sidecar;

import io.masterlatch.latch.Threads;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Delivers the latest notification to one target, on a thread of its own, until it is delivered or superseded. A
 * notification that is superseded before its turn is left out, so that none is delivered after a newer one.
 */
final class NotificationWorker {

    private static final Logger log = LoggerFactory.getLogger(NotificationWorker.class);

    // A notification that does not hold is superseded soon, unless a lease that lapsed was renewed before it was
    // noticed.
    private static final long RECHECK_MILLIS = 1_000;

    private final NotificationTarget target;
    private final Predicate<Notification> holds;
    private final BackOff backOff;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicReference<@Nullable Notification> latest = new AtomicReference<>();
    private volatile ScheduledThreadPoolExecutor executor;
    private volatile boolean ending;
    private volatile @Nullable Attempt attempt;
    private volatile @Nullable Notification settled;
    private BackOffExecution pauses; // of the executor's thread, as are the failures
    private int failures;

    private record Attempt(Notification notification, FutureTask<Boolean> call) {}

    NotificationWorker(NotificationTarget target, Predicate<Notification> holds, BackOff backOff) {
        this.target = target;
        this.holds = holds;
        this.backOff = backOff;
        this.pauses = backOff.start();
        this.executor = executor(target);
    }

    private static ScheduledThreadPoolExecutor executor(NotificationTarget target) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Threads.named("masterlatch-notify " + target.name()), new ThreadPoolExecutor.DiscardPolicy());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }

    void start() {
        latest.set(null);
        ending = false;
        executor = executor(target);
        executor.execute(this::resetFailures);
    }

    /** Supersedes what is not delivered yet. Never waits for the target. */
    void offer(Notification newer) {
        latest.set(newer);
        executor.execute(() -> deliver(newer));
    }

    /** Ends after one attempt to deliver the latest notification, unless it is delivered. */
    void finish() {
        ending = true;
        Notification last = latest.get();
        if (last != null) {
            executor.execute(() -> deliver(last));
        }
        executor.shutdown();
    }

    /** Breaks off an attempt to deliver what is superseded. */
    void breakOffSuperseded() {
        Attempt present = attempt;
        if (present != null && present.notification != latest.get()) {
            present.call.cancel(true);
        }
    }

    /** Ends at once, and breaks off any attempt. */
    void abandon() {
        executor.shutdownNow();
        if (latest.get() != settled) {
            log.warn("{}: not delivered before this instance stopped", target.name());
        }
    }

    /** Waits for the end until a time, and returns whether it has come. */
    boolean awaitEnd(long until) throws InterruptedException {
        return executor.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void deliver(Notification notification) {
        if (notification != latest.get() || notification == settled) {
            return;
        }
        if (holds.test(notification)) {
            FutureTask<Boolean> call = new FutureTask<>(() -> target.deliver(notification));
            attempt = new Attempt(notification, call);
            call.run();
            attempt = null;
            take(notification, call);
        } else if (ending) {
            settled = notification;
        } else {
            retry(notification, RECHECK_MILLIS);
        }
    }

    private void take(Notification notification, FutureTask<Boolean> call) {
        try {
            if (call.get()) {
                delivered.increment();
                if (failures > 0) {
                    log.info("{}: delivered after {} failed attempts", target.name(), failures);
                }
                resetFailures();
            } else {
                failed.increment();
            }
            settled = notification;
        } catch (CancellationException | InterruptedException ex) {
            log.debug("{}: broken off", target.name());
        } catch (ExecutionException ex) {
            takeFailure(notification, ex.getCause());
        }
    }

    private void takeFailure(Notification notification, Throwable cause) {
        if (cause instanceof InterruptedException) {
            log.debug("{}: broken off", target.name());
            return;
        }
        failed.increment();
        boolean again = cause instanceof IOException && !(ending && notification == latest.get());
        if (!(cause instanceof IOException)) {
            log.error("{}: not delivered", target.name(), cause);
        } else if (!again) {
            log.warn("{}: not delivered before this instance stopped: {}", target.name(), cause.getMessage());
        } else if (++failures == 1) {
            String role = notification.change().to().name();
            log.warn("{}: {} not delivered, trying again: {}", target.name(), role, cause.getMessage());
        }
        if (again) {
            retry(notification, pauses.nextBackOff());
        } else {
            settled = notification;
        }
    }

    private void retry(Notification notification, long pauseMillis) {
        executor.schedule(() -> deliver(notification), pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void resetFailures() {
        failures = 0;
        pauses = backOff.start();
    }

    String name() {
        return target.name();
    }

    long delivered() {
        return delivered.sum();
    }

    long failed() {
        return failed.sum();
    }
}
