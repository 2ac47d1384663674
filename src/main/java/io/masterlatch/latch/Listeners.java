package io.masterlatch.latch;

import io.masterlatch.election.MastershipChange;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to hear of changes. Each has a queue of its own, so that none waits for another. */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(MasterLatch.class);

    private final CopyOnWriteArrayList<Recipient> recipients = new CopyOnWriteArrayList<>();

    void add(Object key, Predicate<MastershipChange> interest, Consumer<MastershipChange> listener, Executor executor) {
        recipients.add(new Recipient(key, interest, listener, executor));
    }

    void remove(Object key) {
        recipients.stream().filter(recipient -> recipient.key == key).forEach(Recipient::silence);
        recipients.removeIf(recipient -> recipient.key == key);
    }

    void tell(MastershipChange change) {
        recipients.stream()
                .filter(recipient -> recipient.interest.test(change))
                .forEach(recipient -> recipient.tell(change));
    }

    private static final class Recipient {

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
            // Changes are rare, so a thread for each burst is cheap, and an executor that runs its tasks at once, or
            // blocks, holds up this thread and not the election.
            Thread thread = new Thread(this::handOver, "masterlatch-listener");
            thread.setDaemon(true);
            thread.start();
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
