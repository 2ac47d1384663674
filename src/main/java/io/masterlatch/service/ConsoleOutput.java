package io.masterlatch.service;

import io.masterlatch.latch.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;

/**
 * A standard output or standard error that never blocks the writing thread. A log on a full pipe, for example of a
 * stuck {@code docker logs}, must not hold up the election or the end of the process.
 *
 * <p>A thread of its own writes what is in a bounded queue. Output that does not fit is discarded, and reported in the
 * log once the stream can be written again.
 */
public final class ConsoleOutput extends OutputStream {

    private static boolean installed;

    private static final int CAPACITY = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String name;
    private final OutputStream target;
    private final Thread thread;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong discarded = new AtomicLong();

    /**
     * Creates an output and starts its thread.
     *
     * @param name name of the stream in the log
     * @param target the stream to write to, which may block
     */
    ConsoleOutput(String name, OutputStream target) {
        this.name = name;
        this.target = target;
        this.thread = Threads.named("masterlatch-" + name).newThread(this::run);
        this.thread.start();
    }

    /**
     * Replaces both standard streams, once in a process. When the process ends, it writes the queue for up to a second.
     */
    public static synchronized void install() {
        if (installed) {
            return;
        }
        installed = true;
        ConsoleOutput out = new ConsoleOutput("stdout", System.out);
        ConsoleOutput err = new ConsoleOutput("stderr", System.err);
        System.setOut(new PrintStream(out, false, charset("stdout.encoding")));
        System.setErr(new PrintStream(err, false, charset("stderr.encoding")));
        // The first shutdown handler runs last, after the one of the logging system.
        SpringApplication.getShutdownHandlers().add(() -> {
            long end = System.nanoTime() + PATIENCE.toNanos();
            out.drain(end);
            err.drain(end);
        });
    }

    /** Java 19 and newer have the property. Before that, the streams use the default. */
    private static Charset charset(String property) {
        return Charset.forName(
                System.getProperty(property, Charset.defaultCharset().name()));
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        // The thread's own report always fits.
        if (waiting.addAndGet(length) > CAPACITY && Thread.currentThread() != thread) {
            waiting.addAndGet(-length);
            discarded.incrementAndGet();
            return;
        }
        byte[] chunk = Arrays.copyOfRange(bytes, offset, offset + length);
        tasks.add(() -> writeNow(chunk));
    }

    /**
     * Waits until everything is written.
     *
     * @param end when to stop waiting, in {@link System#nanoTime()}
     */
    void drain(long end) {
        CountDownLatch written = new CountDownLatch(1);
        tasks.add(written::countDown);
        try {
            written.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the thread, without writing the queue. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                tasks.take().run();
            }
        } catch (InterruptedException ex) {
            // Closed.
            return;
        }
    }

    private void writeNow(byte[] chunk) {
        try {
            try {
                target.write(chunk);
                target.flush();
            } finally {
                waiting.addAndGet(-chunk.length);
            }
            report();
        } catch (IOException | RuntimeException | Error ex) {
            // There is nowhere to report it: the stream is closed, or memory is short. The next write is tried all the
            // same.
        }
    }

    private void report() {
        long lost = waiting.get() > CAPACITY / 2 ? 0 : discarded.getAndSet(0);
        if (lost > 0) {
            LoggerFactory.getLogger(ConsoleOutput.class)
                    .warn("{} lines were discarded while {} was blocked", lost, name);
        }
    }
}
