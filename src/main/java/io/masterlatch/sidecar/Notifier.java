package io.masterlatch.sidecar;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Tells webhooks and commands of every change of this instance's role or of the master it knows. Each has its own thread, so that none
 * waits for another, and the election for none.
 *
 * <p>When it stops, which is after the latch, each recipient gets a last attempt to hear of the end, and all together 10 seconds.
 */
public final class Notifier implements SmartLifecycle {

    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), RandomGenerator.getDefault());
    private static final long TIME_FOR_LAST_CHANGE = TimeUnit.SECONDS.toNanos(2);
    private static final long TIME_TO_END = TimeUnit.SECONDS.toNanos(10);
    private static final long TIME_TO_BREAK_OFF = TimeUnit.SECONDS.toNanos(3);

    private final MasterLatch latch;
    private final Clock clock;
    private final MeterRegistry registry;
    private final List<Messenger> messengers = new ArrayList<>();
    private final Consumer<MastershipChange> listener = this::changed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private long sequence;
    private @Nullable News last;
    private volatile boolean running;

    /**
     * Makes a notifier with nobody to tell.
     *
     * @param latch whose changes to tell
     * @param clock tells when a change was seen
     * @param registry where to count what was told
     */
    public Notifier(MasterLatch latch, Clock clock, MeterRegistry registry) {
        this.latch = latch;
        this.clock = clock;
        this.registry = registry;
    }

    /**
     * Tells an address, by a POST, before it is started.
     *
     * @param name what the log and the metrics call it
     * @param caller makes the calls
     * @param target the address
     * @param timeout how long an answer may take
     */
    public void addWebhook(String name, HttpCaller caller, HttpTarget target, Duration timeout) {
        add(new Webhook(name, caller, target, timeout));
    }

    /**
     * Tells a program, by running it, before it is started.
     *
     * @param name what the log and the metrics call it
     * @param program the program and its arguments
     * @param timeout how long it may run
     */
    public void addCommand(String name, List<String> program, Duration timeout) {
        add(new Command(name, program, timeout));
    }

    void add(Recipient recipient) {
        messengers.add(new Messenger(recipient, this::holds, BACKOFF, registry));
    }

    /** Before the latch, so as to miss nothing, and until after it, to tell of its end. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public void start() {
        running = true;
        if (!messengers.isEmpty()) {
            forget();
            messengers.forEach(Messenger::start);
            latch.addChangeListener(listener);
        }
    }

    @Override
    public void stop() {
        running = false;
        if (messengers.isEmpty()) {
            return;
        }
        try {
            awaitLastChange(System.nanoTime() + TIME_FOR_LAST_CHANGE);
            latch.removeChangeListener(listener);
            messengers.forEach(Messenger::end);
            long begun = System.nanoTime();
            // What is being told may be out of date. It is not broken off at once: who has received half of it could
            // take it in after what follows.
            if (!awaitEnd(begun + TIME_TO_END / 2)) {
                messengers.forEach(Messenger::hurry);
            }
            if (!awaitEnd(begun + TIME_TO_END)) {
                messengers.forEach(Messenger::abandon);
                awaitEnd(begun + TIME_TO_END + TIME_TO_BREAK_OFF);
            }
        } catch (InterruptedException hurried) {
            messengers.forEach(Messenger::abandon);
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void changed(MastershipChange change) {
        lock.lock();
        try {
            News news = new News(++sequence, clock.instant(), latch.getId(), change);
            last = news;
            messengers.forEach(messenger -> messenger.tell(news));
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        lock.lock();
        try {
            last = null;
        } finally {
            lock.unlock();
        }
    }

    private boolean holds(News news) {
        return news.holds(latch.mastership(), latch.now());
    }

    /** The latch is closed by now, but listeners hear of that a moment later. */
    private void awaitLastChange(long until) throws InterruptedException {
        lock.lock();
        try {
            long left = until - System.nanoTime();
            while (last != null && !holds(last) && left > 0) {
                left = heard.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitEnd(long until) throws InterruptedException {
        boolean ended = true;
        for (Messenger messenger : messengers) {
            ended &= messenger.awaitEnd(until);
        }
        return ended;
    }
}
