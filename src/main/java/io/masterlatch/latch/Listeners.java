package io.masterlatch.latch;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of a latch. Each has a queue of its own, so that none waits for another. From {@link #open} to
 * {@link #close} each also has a thread ready, since starting a thread takes longer than an election.
 */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(MasterLatch.class);

    private final CopyOnWriteArrayList<Target> targets = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor threads;
    private boolean open; // guarded by 'this'

    Listeners() {
        this(Threads.named("masterlatch-listener"));
    }

    /** Creates listeners that are called on threads of this factory. */
    Listeners(ThreadFactory factory) {
        threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 0, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }

    /** Starts a thread for each listener. */
    synchronized void open() {
        open = true;
        keepThreads();
    }

    /** Ends idle threads. Listeners are still called. */
    synchronized void close() {
        open = false;
        keepThreads();
    }

    /** Waits until the listeners have been called, except on a thread of their own, and at most until that time. */
    void awaitCalls(long end) {
        targets.forEach(target -> target.awaitCalls(end));
    }

    /** Adds a listener for leadership. A new epoch of the same master is a loss and a gain. */
    void add(LeaderLatchListener listener, Executor executor) {
        Consumer<MastershipChange> leadership = change -> {
            if (change.from() == Role.MASTER) {
                listener.notLeader();
            }
            if (change.to() == Role.MASTER) {
                listener.isLeader();
            }
        };
        add(listener, change -> change.from() == Role.MASTER || change.to() == Role.MASTER, leadership, executor);
    }

    synchronized void add(
            Object key, Predicate<MastershipChange> interest, Consumer<MastershipChange> listener, Executor executor) {
        targets.add(new Target(key, interest, listener, executor));
        keepThreads();
    }

    synchronized void remove(Object key) {
        targets.stream().filter(target -> target.key == key).forEach(Target::silence);
        targets.removeIf(target -> target.key == key);
        keepThreads();
    }

    private void keepThreads() {
        threads.setCorePoolSize(open ? targets.size() : 0);
        threads.prestartAllCoreThreads();
    }

    void publish(MastershipChange change) {
        targets.stream().filter(target -> target.interest.test(change)).forEach(target -> target.add(change));
    }

    /** Calls listeners that could not be called for lack of a thread. */
    void retry() {
        targets.forEach(Target::begin);
    }

    private final class Target {

        private final Object key;
        private final Predicate<MastershipChange> interest;
        private final Consumer<MastershipChange> listener;
        private final Executor executor;
        private final Queue<MastershipChange> waiting = new ArrayDeque<>();
        private boolean calling;
        private boolean removed;
        private @Nullable Thread caller;

        Target(
                Object key,
                Predicate<MastershipChange> interest,
                Consumer<MastershipChange> listener,
                Executor executor) {
            this.key = key;
            this.interest = interest;
            this.listener = listener;
            this.executor = executor;
        }

        void add(MastershipChange change) {
            synchronized (waiting) {
                if (!removed) {
                    waiting.add(change);
                }
            }
            begin();
        }

        /**
         * Starts to call the waiting changes. An executor that blocks, or runs tasks at once, holds up only its own
         * thread.
         */
        void begin() {
            synchronized (waiting) {
                if (calling || waiting.isEmpty()) {
                    return;
                }
                calling = true;
            }
            try {
                threads.execute(this::handOver);
            } catch (RuntimeException | Error ex) {
                // There is no thread; the next tick tries again.
                synchronized (waiting) {
                    calling = false;
                }
            }
        }

        void silence() {
            synchronized (waiting) {
                removed = true;
                waiting.clear();
            }
        }

        private void handOver() {
            try {
                executor.execute(this::callAll);
            } catch (RuntimeException | Error ex) {
                int lost;
                synchronized (waiting) {
                    calling = false;
                    waiting.notifyAll();
                    lost = waiting.size();
                    waiting.clear();
                }
                // Under no lock, since the log may block.
                log.warn("The executor of listener {} failed ({}): {} calls are lost", key, ex.toString(), lost);
            }
        }

        private void callAll() {
            for (MastershipChange change = poll(); change != null; change = poll()) {
                try {
                    listener.accept(change);
                } catch (RuntimeException | Error ex) {
                    log.error("Listener {} failed on {}", key, change, ex);
                }
            }
        }

        private @Nullable MastershipChange poll() {
            synchronized (waiting) {
                MastershipChange change = waiting.poll();
                calling = change != null;
                caller = calling ? Thread.currentThread() : null;
                waiting.notifyAll();
                return change;
            }
        }

        void awaitCalls(long end) {
            synchronized (waiting) {
                while (calling && caller != Thread.currentThread() && end - System.nanoTime() > 0) {
                    try {
                        TimeUnit.NANOSECONDS.timedWait(waiting, end - System.nanoTime());
                    } catch (InterruptedException ex) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }
        }
    }
}
