package io.masterlatch.latch;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the log on a thread of its own, so that a log that blocks, for example on a full pipe, does not hold up the
 * election. Lines that do not fit into the queue are dropped and counted in the next line.
 */
final class LogWriter {

    private static final Logger log = LoggerFactory.getLogger(MasterLatch.class);
    private static final int WAITING = 1000;

    private final AtomicLong dropped = new AtomicLong();
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Threads.named("masterlatch-log"),
            (task, full) -> dropped.incrementAndGet());

    /** Writes a line, or drops it when the queue is full or there is no thread. */
    void write(Consumer<Logger> line) {
        try {
            thread.execute(() -> {
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    log.warn("{} log lines were dropped while the log could not be written", lost);
                }
                try {
                    line.accept(log);
                } catch (RuntimeException | Error ex) {
                    dropped.incrementAndGet();
                }
            });
        } catch (RuntimeException | Error ex) {
            dropped.incrementAndGet();
        }
    }

    /** Ends the thread after it has written the queue. */
    void close() {
        thread.shutdown();
    }
}
