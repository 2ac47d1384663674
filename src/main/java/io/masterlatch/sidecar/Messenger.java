package io.masterlatch.sidecar;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one recipient the latest news on a thread of its own: one at a time, never an older after a newer one, and again and again until
 * it is told or out of date. News that is out of date before its turn is passed over.
 */
final class Messenger {

    private static final Logger log = LoggerFactory.getLogger(Messenger.class);

    // News that does not hold is followed by other news, unless a lapsed lease was renewed before anybody looked.
    private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final Recipient recipient;
    private final Predicate<News> holds;
    private final Backoff backoff;
    private final Counter told;
    private final Counter failed;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private @Nullable Thread thread;
    // From here on all guarded by the lock.
    private @Nullable News latest;
    private @Nullable News settled;
    private @Nullable News telling;
    private boolean ending;
    private boolean abandoned;
    private int failures;
    private @Nullable News failedNews;
    private long retryAt;

    Messenger(Recipient recipient, Predicate<News> holds, Backoff backoff, MeterRegistry registry) {
        this.recipient = recipient;
        this.holds = holds;
        this.backoff = backoff;
        this.told = counter(registry, recipient, "told");
        this.failed = counter(registry, recipient, "failed");
    }

    private static Counter counter(MeterRegistry registry, Recipient recipient, String outcome) {
        return Counter.builder("masterlatch.notifications")
                .description("Attempts to tell somebody of a change")
                .tag("recipient", recipient.toString())
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Begins to tell. */
    void start() {
        lock.lock();
        try {
            ending = false;
            abandoned = false;
            latest = null;
            failures = 0;
            Thread begun = new Thread(this::run, "masterlatch-notify " + recipient);
            begun.setDaemon(true);
            thread = begun;
            begun.start();
        } finally {
            lock.unlock();
        }
    }

    /** Has this told next. Never waits for the recipient. */
    void tell(News newer) {
        lock.lock();
        try {
            latest = newer;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has it end when it has made one attempt to tell what is the latest news now. */
    void end() {
        lock.lock();
        try {
            ending = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it has ended, but not longer than to a time. */
    boolean awaitEnd(long until) throws InterruptedException {
        Thread present = thread;
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (present != null && left > 0) {
            present.join(left);
        }
        return present == null || !present.isAlive();
    }

    /** Breaks off an attempt to tell something that is out of date. */
    void hurry() {
        lock.lock();
        try {
            if (telling != null && telling != latest && thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Breaks off whatever it does. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            try {
                News next = next();
                if (next == null) {
                    return;
                }
                attempt(next);
            } catch (InterruptedException hurried) {
                log.debug("{} was interrupted", recipient);
            }
        }
    }

    /** Waits for something to tell; null when there will be nothing any more. */
    private @Nullable News next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                telling = null;
                boolean open = latest != null && latest != settled;
                if (abandoned || (ending && !open)) {
                    if (open) {
                        log.warn("{} was not told before this instance stopped", recipient);
                    }
                    return null;
                }
                if (!open) {
                    news.await();
                    continue;
                }
                long pause = latest == failedNews && !ending ? retryAt - System.nanoTime() : 0;
                if (pause > 0) {
                    news.awaitNanos(pause);
                } else if (holds.test(latest)) {
                    telling = latest;
                    return latest;
                } else if (ending) {
                    settled = latest;
                } else {
                    news.awaitNanos(LOOK_AGAIN);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void attempt(News next) throws InterruptedException {
        try {
            boolean success = recipient.tell(next);
            (success ? told : failed).increment();
            settle(next, success);
        } catch (IOException ex) {
            failed.increment();
            failure(next, ex.getMessage());
        } catch (RuntimeException | Error unexpected) {
            failed.increment();
            log.error("{} could not be told", recipient, unexpected);
            settle(next, false);
        }
    }

    private void settle(News next, boolean success) {
        lock.lock();
        try {
            settled = next;
            if (success && failures > 0) {
                log.info("{} is told again, after {} attempts that failed", recipient, failures);
            }
            failures = 0;
        } finally {
            lock.unlock();
        }
    }

    private void failure(News next, @Nullable String why) {
        lock.lock();
        try {
            failures++;
            failedNews = next;
            retryAt = System.nanoTime() + backoff.after(failures).toNanos();
            if (ending && next == latest) {
                settled = next;
                log.warn("{} was not told before this instance stopped: {}", recipient, why);
            } else if (failures == 1) {
                log.warn(
                        "{} could not be told that this instance is {}; trying again: {}",
                        recipient,
                        next.change().to(),
                        why);
            }
        } finally {
            lock.unlock();
        }
    }
}
