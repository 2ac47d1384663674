package io.masterlatch.latch;

import io.masterlatch.election.MastershipChange;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to hear of changes. Each has a queue of its own, so that none waits for another, and from {@link #open} to
 * {@link #close} a thread that waits for news: to start one takes longer than to be elected.
 */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(MasterLatch.class);

    private final CopyOnWriteArrayList<Recipient> recipients = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 0, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "masterlatch-listener");
                thread.setDaemon(true);
                return thread;
            });
    private boolean open; // guarded by 'this'

    /** Begins to keep threads waiting for news. */
    synchronized void open() {
        open = true;
        keepThreads();
    }

    /** Keeps none any more; news are told all the same. */
    synchronized void close() {
        open = false;
        keepThreads();
    }

    synchronized void add(
            Object key, Predicate<MastershipChange> interest, Consumer<MastershipChange> listener, Executor executor) {
        recipients.add(new Recipient(key, interest, listener, executor));
        keepThreads();
    }

    synchronized void remove(Object key) {
        recipients.stream().filter(recipient -> recipient.key == key).forEach(Recipient::silence);
        recipients.removeIf(recipient -> recipient.key == key);
        keepThreads();
    }

    private void keepThreads() {
        threads.setCorePoolSize(open ? recipients.size() : 0);
        threads.prestartAllCoreThreads();
    }

    void tell(MastershipChange change) {
        recipients.stream()
                .filter(recipient -> recipient.interest.test(change))
                .forEach(recipient -> recipient.tell(change));
    }

    private final class Recipient {

        private final Object key;
        private final Predicate<MastershipChange> interest;
        private final Consumer<MastershipChange> listener;
        private final Executor executor;
        private final Queue<MastershipChange> waiting = new ArrayDeque<>();
        private boolean calling;
        private boolean removed;

        Recipient(
                Object key,
                Predicate<MastershipChange> interest,
                Consumer<MastershipChange> listener,
                Executor executor) {
            this.key = key;
            this.interest = interest;
            this.listener = listener;
            this.executor = executor;
        }

        void tell(MastershipChange change) {
            synchronized (waiting) {
                if (removed) {
                    return;
                }
                waiting.add(change);
                if (calling) {
                    return;
                }
                calling = true;
            }
            // An executor that runs its tasks at once, or blocks, holds up that thread and not the election.
            threads.execute(this::handOver);
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
            } catch (RuntimeException | Error refused) {
                synchronized (waiting) {
                    calling = false;
                    log.warn(
                            "The executor of listener {} failed ({}): {} calls are lost",
                            key,
                            refused.toString(),
                            waiting.size());
                    waiting.clear();
                }
            }
        }

        private void callAll() {
            for (MastershipChange change = poll(); change != null; change = poll()) {
                try {
                    listener.accept(change);
                } catch (RuntimeException | Error broken) {
                    log.error("Listener {} failed on {}", key, change, broken);
                }
            }
        }

        private @Nullable MastershipChange poll() {
            synchronized (waiting) {
                MastershipChange change = waiting.poll();
                calling = change != null;
                return change;
            }
        }
    }
}
