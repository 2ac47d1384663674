package io.masterlatch.latch;

import io.masterlatch.election.Election;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps the election, from start to stop: hands it what happens, carries out what it orders, and publishes what it knows. All but what
 * may block happens on the thread that brings the news; a thread of its own opens and closes the node, and wakes up when it is time.
 */
final class ElectionLoop {

    private static final Logger log = LoggerFactory.getLogger(MasterLatch.class);

    // Problems that only time tells, such as a vacancy that lasts, are noticed this fast.
    private static final long LONGEST_IDLE = Duration.ofSeconds(1).toNanos();
    private static final long REJECTED_PAUSE = Duration.ofSeconds(5).toNanos();
    private static final Duration CLOSING_TIME = Duration.ofSeconds(10);

    private final MasterNode node;
    private final String self;
    private final boolean stands;
    private final Election election;
    private final Journal journal;
    private final Consumer<Mastership> latest;
    private final Consumer<MastershipChange> changes;
    private final ScheduledThreadPoolExecutor thread;
    // The inbox guards the election, the journal and all below.
    private final Inbox inbox = new Inbox();
    private @Nullable ScheduledFuture<?> alarm;
    private long alarmAt;
    private @Nullable NodeEvents listening;
    private boolean stopped;

    /**
     * Makes a loop that does nothing yet.
     *
     * @param latest told at every step what this instance knows now
     * @param changes told every change of role or master
     */
    ElectionLoop(
            MasterNode node,
            String self,
            boolean stands,
            Consumer<Mastership> latest,
            Consumer<MastershipChange> changes) {
        this.node = node;
        this.self = self;
        this.stands = stands;
        this.election = new Election(self, stands, System.nanoTime());
        this.journal = new Journal();
        this.latest = latest;
        this.changes = changes;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "masterlatch-election");
            created.setDaemon(true);
            return created;
        });
        this.thread.setRemoveOnCancelPolicy(true);
        this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void start() {
        log.info("{} {} {}", self, stands ? "stands for" : "observes", node);
        run(() -> {
            journal.connecting(System.nanoTime());
            election.start(System.nanoTime());
            open();
        });
    }

    /** Returns when leadership is given up and the session is closed, or cannot be for lack of a connection. */
    void stop() {
        run(() -> {
            stopped = true;
            listening = null;
            try {
                election.stop("it was closed", System.nanoTime());
                show();
            } finally {
                close();
                thread.shutdown();
            }
            tell(System.nanoTime());
        });
        if (!hasEnded()) {
            log.warn(
                    "The ZooKeeper session is still closing after {} s; it will be found expired",
                    CLOSING_TIME.toSeconds());
        }
    }

    /** Waits for the thread; an interrupt is kept for later, or the caller could find itself leader after the close. */
    private boolean hasEnded() {
        long end = System.nanoTime() + CLOSING_TIME.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return thread.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException hurried) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Stands from now on, or no more; done when a session given up for it is closed. */
    CompletableFuture<Void> stand(boolean wanted, String why) {
        return command(() -> {
            long now = System.nanoTime();
            if (election.mastership().stands() && !wanted) {
                journal.connecting(now);
            }
            election.stand(wanted, why, now);
            return null;
        });
    }

    /** Gives up this mastership, if it is still that; done when its session is closed, with whether it was given up. */
    CompletableFuture<Boolean> giveUp(long epoch, String why) {
        return command(() -> {
            long now = System.nanoTime();
            Mastership mastership = election.mastership();
            boolean held = mastership.role(now) == Role.MASTER
                    && mastership
                            .master(now)
                            .filter(own -> own.epoch() == epoch)
                            .isPresent();
            if (held) {
                journal.connecting(now);
                election.giveUp(why, now);
            }
            return held;
        });
    }

    private <T extends @Nullable Object> CompletableFuture<T> command(Supplier<T> input) {
        CompletableFuture<T> decided = new CompletableFuture<>();
        CompletableFuture<T> done = new CompletableFuture<>();
        run(() -> decided.complete(input.get()));
        inbox.put(() -> {
            if (stopped) {
                done.completeExceptionally(new IllegalStateException("The latch of " + self + " is closed"));
            } else if (!decided.isDone()) {
                done.completeExceptionally(new IllegalStateException("The election failed at a step"));
            } else {
                // Behind the closing of the session, if the step after the input has ordered that.
                thread.execute(() -> done.complete(decided.join()));
            }
        });
        return done;
    }

    private void run(Runnable input) {
        inbox.put(() -> guarded(() -> {
            if (stopped) {
                return;
            }
            input.run();
            if (!stopped) {
                step();
            }
        }));
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error unexpected) {
            // The lease ends by itself, so that a mistake here costs the mastership and not the promise.
            log.error("The election failed at a step; it goes on with the next", unexpected);
            wakeAfter(LONGEST_IDLE, System.nanoTime());
        }
    }

    private void step() {
        while (true) {
            long now = System.nanoTime();
            Order order = election.next(now);
            show();
            if (order instanceof Order.Reopen) {
                close();
                open();
            }
            tell(now);
            if (order instanceof Order.Idle idle) {
                wakeAfter(Math.min(idle.until() - now, LONGEST_IDLE), now);
                return;
            }
            if (order instanceof Order.Request request) {
                send(request);
            }
        }
    }

    private void send(Order.Request request) {
        if (request instanceof Order.Look look) {
            node.look(look, replyTo(look));
        } else if (request instanceof Order.Claim claim) {
            node.claim(claim, self, replyTo(claim));
        } else if (request instanceof Order.Restore restore) {
            log.warn("Somebody has overwritten this master's node ({}); putting {} back", restore.found(), self);
            node.restore(restore, self, replyTo(restore));
        } else if (request instanceof Order.Survey survey) {
            node.survey(survey, replyTo(survey));
        } else if (request instanceof Order.Join join) {
            node.join(join, self, replyTo(join));
        }
    }

    private Consumer<Reply> replyTo(Order.Request request) {
        return reply -> run(() -> election.answered(request, reply, System.nanoTime()));
    }

    private void open() {
        NodeEvents events = new NodeEvents();
        listening = events;
        thread.execute(() -> {
            try {
                node.open(events);
            } catch (RuntimeException refused) {
                log.debug("The ZooKeeper client did not start", refused);
                events.rejected("the ZooKeeper client did not start: " + refused.getMessage());
            }
        });
    }

    private void close() {
        thread.execute(() -> {
            try {
                node.close();
            } catch (RuntimeException unexpected) {
                log.error("The ZooKeeper session was not closed in order; it will be found expired", unexpected);
            }
        });
    }

    /** Before the session is closed, so that by then nobody is told that this is the master. */
    private void show() {
        latest.accept(election.mastership());
    }

    /** After it, since a successor waits for that. */
    private void tell(long now) {
        election.change(now).ifPresent(change -> {
            changes.accept(change);
            journal.changed(change);
        });
        journal.state(election.mastership(), now);
    }

    /** One that is set to come sooner stays: it finds that it is early, which costs less than to set another at each step. */
    private void wakeAfter(long delay, long now) {
        long at = now + Math.max(delay, 0);
        if (stopped || (alarm != null && alarmAt - at <= 0)) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarmAt = at;
        alarm = thread.schedule(() -> run(() -> alarm = null), at - now, TimeUnit.NANOSECONDS);
    }

    /** What one opening of the node tells; it falls silent when the node is closed or opened anew. */
    private final class NodeEvents implements MasterNode.Events {

        @Override
        public void connected(Session session, long attempt) {
            ifListening(() -> election.connected(session, attempt, System.nanoTime()));
        }

        @Override
        public void disconnected(String why) {
            ifListening(() -> election.disconnected(why));
        }

        @Override
        public void hindered(String why) {
            ifListening(() -> election.hindered(why));
        }

        @Override
        public void exposed(String what) {
            ifListening(() -> election.exposed(what));
        }

        @Override
        public void sessionEnded(String why) {
            ifListening(() -> election.sessionEnded(why, System.nanoTime()));
        }

        @Override
        public void rejected(String why) {
            ifListening(() -> {
                long now = System.nanoTime();
                election.rejected(why, now + REJECTED_PAUSE, now);
            });
        }

        @Override
        public void stirred(boolean vacated) {
            ifListening(() -> election.stirred(vacated, System.nanoTime()));
        }

        @Override
        public void left(String name) {
            ifListening(() -> election.left(name, System.nanoTime()));
        }

        private void ifListening(Runnable input) {
            run(() -> {
                if (listening == this) {
                    input.run();
                }
            });
        }
    }
}
