package io.masterlatch.latch;

import io.masterlatch.election.Action;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Steps an {@link Election} from start to stop: passes events to it, sends its requests, and publishes its snapshots.
 * Runs on the threads that bring the events, those of ZooKeeper and of the timer, one at a time. Callers of the latch
 * never step it.
 */
final class ElectionLoop {

    static final long PATIENCE = Duration.ofSeconds(2).toNanos();
    private static final long STUCK = Duration.ofSeconds(30).toNanos();
    private static final long HOPELESS = Duration.ofSeconds(60).toNanos();

    private final Election election;
    private final MasterStore store;
    private final Supplier<ClockReading> clock;
    private final Timer timer;
    private final Outlet outlet;
    private final long tick;
    private final Mailbox mailbox = new Mailbox(this::failed);
    private final Map<Long, CompletableFuture<ReleaseOutcome>> tickets = new ConcurrentHashMap<>();
    private final AtomicLong lastTicket = new AtomicLong();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final Deque<Event> events = new ArrayDeque<>();
    private volatile long stepped;
    private volatile boolean closed;
    private volatile Mastership latest;
    private final Queue<Action.Finish> finished = new ArrayDeque<>();
    private final Queue<MastershipChange> unpublished = new ArrayDeque<>();
    private boolean opened;
    private boolean alarmed;
    private long alarm;

    /** Wakes the loop. */
    interface Timer {

        /** Runs a task again and again with that pause in between. The task must not throw. */
        void every(long nanos, Runnable task);

        /** Runs a task once after that time, or as soon as possible after zero. The task must not throw. */
        void after(long nanos, Runnable task);

        /** Cancels what is scheduled. A task that runs completes. */
        void close();
    }

    /** Receives the output of the loop, on its thread. Must not block. */
    interface Outlet {

        /** Publishes what this instance knows now, before the loop acts on it. */
        void publish(Mastership mastership);

        void changed(MastershipChange change);

        void notice(String sentence);

        void failed(Throwable failure);

        /** Called at least every fifth of a lease. */
        void tick(Mastership latest, ClockReading now);

        /** Publishes the last snapshot and then no other, whatever the loop still does. */
        void close(Mastership closed, ReleaseOutcome outcome);
    }

    ElectionLoop(
            Election election,
            MasterStore store,
            Supplier<ClockReading> clock,
            Timer timer,
            Duration lease,
            Outlet outlet) {
        this.election = election;
        this.store = store;
        this.clock = clock;
        this.timer = timer;
        this.tick = lease.toNanos() / 5;
        this.outlet = outlet;
        this.stepped = clock.get().nanos();
        this.latest = election.snapshot(clock.get());
    }

    void start() {
        timer.after(0, () -> {
            on(new Event.Start());
            open();
        });
        timer.every(tick, this::tick);
    }

    /** Passes a command to the election. Returns what happened to the lease. */
    CompletableFuture<ReleaseOutcome> command(LongFunction<Event> event) {
        long ticket = lastTicket.incrementAndGet();
        CompletableFuture<ReleaseOutcome> outcome = new CompletableFuture<>();
        tickets.put(ticket, outcome);
        timer.after(0, () -> on(event.apply(ticket)));
        return outcome;
    }

    /** Passes an event to the election that needs no reply. */
    void submit(Event event) {
        timer.after(0, () -> on(event));
    }

    /** Releases the lease and ends the loop. Returns at that time at the latest; the loop does nothing afterwards. */
    void stop(String why, long end, Mastership last) {
        CompletableFuture<ReleaseOutcome> stopped = command(ticket -> new Event.Stop(ticket, why));
        ReleaseOutcome outcome = null;
        boolean interrupted = false;
        while (outcome == null) {
            try {
                outcome = stopped.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException ex) {
                // Restored below: after close() the caller must not be leader.
                interrupted = true;
            } catch (TimeoutException | ExecutionException ex) {
                outcome = ReleaseOutcome.UNCONFIRMED;
            }
        }
        close();
        outlet.close(last, outcome);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the loop at once, also in the middle of a step. */
    void close() {
        closed = true;
        store.close();
        timer.close();
        tickets.values().forEach(outcome -> outcome.complete(ReleaseOutcome.UNCONFIRMED));
    }

    /** Returns why only a new process can help. Empty while this one can work, also without a connection. */
    Optional<String> stuck() {
        long now = clock.get().nanos();
        long idle = now - stepped;
        if (idle > Math.max(50 * tick, STUCK)) {
            return Optional.of(
                    "the election has not run for " + Duration.ofNanos(idle).toSeconds() + " s");
        }
        Mastership known = latest;
        Long fatal = known.fatalSince();
        return fatal == null || now - fatal <= HOPELESS
                ? Optional.empty()
                : Optional.of("no ZooKeeper client could be made for "
                        + Duration.ofNanos(now - fatal).toSeconds() + " s: " + known.connectError());
    }

    /** Opens the store. Each tick tries again if that failed. */
    private void open() {
        if (!opened && !closed) {
            try {
                store.open(this::on);
                opened = true;
            } catch (RuntimeException | Error ex) {
                on(new Event.ConnectError("ZooKeeper cannot be reached: " + ex, true));
            }
        }
    }

    private void tick() {
        open();
        if (ticking.compareAndSet(false, true)) {
            mailbox.put(() -> {
                ticking.set(false);
                outlet.tick(latest, clock.get());
                passEvents();
                step();
            });
        }
    }

    private void on(Event event) {
        mailbox.put(() -> {
            if (!closed) {
                events.addLast(event);
                passEvents();
                step();
            }
        });
    }

    /**
     * Passes the events to the election, in order. If one throws, it is tried again with the next event or tick: a lost
     * event, such as a new connection or a withdrawal, does not come again. A reply is not tried again, since its
     * request times out anyway.
     */
    private void passEvents() {
        for (Event event = events.pollFirst(); event != null; event = events.pollFirst()) {
            try {
                election.on(event, clock.get());
            } catch (RuntimeException | Error ex) {
                if (!(event instanceof Event.Replied)) {
                    events.addFirst(event);
                }
                throw ex;
            }
        }
    }

    private void step() {
        while (!closed) {
            ClockReading now = clock.get();
            Action action = election.next(now);
            if (action instanceof Action.Finish finish) {
                finished.add(finish);
            }
            // Published before a release is sent: by then this instance no longer answers that it is the master.
            Mastership snapshot = election.snapshot(now);
            latest = snapshot;
            outlet.publish(snapshot);
            if (action instanceof Action.Send send) {
                // Before listeners are called: waking their threads takes time, and other instances wait for a write.
                send(send);
            }
            publishChanges();
            if (action instanceof Action.Wait wait) {
                stepped = now.nanos();
                wakeUp(wait.until(), now.nanos());
                return;
            }
        }
    }

    /**
     * Publishes changes and outcomes. After an exception the rest goes out with the next step, so that none is lost.
     */
    private void publishChanges() {
        unpublished.addAll(election.takeChanges());
        for (MastershipChange change = unpublished.poll(); change != null; change = unpublished.poll()) {
            outlet.changed(change);
        }
        election.takeNotices().forEach(outlet::notice);
        for (Action.Finish finish = finished.poll(); finish != null; finish = finished.poll()) {
            CompletableFuture<ReleaseOutcome> outcome = tickets.remove(finish.ticket());
            if (outcome != null) {
                outcome.complete(finish.outcome());
            }
        }
    }

    private void send(Action.Send send) {
        try {
            store.send(send.request(), reply -> on(new Event.Replied(send.number(), reply)));
        } catch (RuntimeException | Error ex) {
            String why = "the request could not be sent: " + ex;
            on(new Event.Replied(send.number(), new Reply.Failed(Reply.Failed.Kind.UNANSWERED, why)));
        }
    }

    /** Counts on the next tick, which comes in any case. A failure costs time, and at worst the lease. */
    private void failed(Throwable failure) {
        alarmed = false;
        outlet.failed(failure);
    }

    /** Sets the alarm, unless an earlier one is set: that one finds out that it is early. */
    private void wakeUp(long at, long now) {
        if (at - now < tick && (!alarmed || at - alarm < 0)) {
            alarmed = true;
            alarm = at;
            timer.after(
                    Math.max(at - now, 0),
                    () -> mailbox.put(() -> {
                        alarmed = false;
                        if (!closed) {
                            step();
                        }
                    }));
        }
    }
}
