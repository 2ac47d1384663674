package io.masterlatch.service;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
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
    // Guarded by 'chunks':
    private final Queue<byte[]> chunks = new ArrayDeque<>();
    private int waiting;
    private long discarded;

    /**
     * Creates an output and starts its thread.
     *
     * @param name name of the stream in the log
     * @param target the stream to write to, which may block
     */
    ConsoleOutput(String name, OutputStream target) {
        this.name = name;
        this.target = target;
        this.thread = new Thread(this::run, "masterlatch-" + name);
        this.thread.setDaemon(true);
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
        synchronized (chunks) {
            // The thread's own report always fits.
            if (waiting + length > CAPACITY && Thread.currentThread() != thread) {
                discarded++;
                return;
            }
            chunks.add(Arrays.copyOfRange(bytes, offset, offset + length));
            waiting += length;
            chunks.notifyAll();
        }
    }

    /**
     * Waits until everything is written.
     *
     * @param end when to stop waiting, in {@link System#nanoTime()}
     */
    void drain(long end) {
        try {
            synchronized (chunks) {
                long left = end - System.nanoTime();
                while (waiting > 0 && left > 0) {
                    // Rounded up: zero would be for ever.
                    chunks.wait(Duration.ofNanos(left).toMillis() + 1);
                    left = end - System.nanoTime();
                }
            }
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
        while (true) {
            try {
                byte[] next = take();
                try {
                    target.write(next);
                    target.flush();
                } finally {
                    written(next.length);
                }
                report();
            } catch (IOException | RuntimeException | Error ex) {
                // There is nowhere to report it: the stream is closed, or memory is short. The next write is tried all
                // the same.
            } catch (InterruptedException ex) {
                return;
            }
        }
    }

    private byte[] take() throws InterruptedException {
        synchronized (chunks) {
            byte[] next = chunks.poll();
            while (next == null) {
                chunks.wait();
                next = chunks.poll();
            }
            return next;
        }
    }

    private void written(int length) {
        synchronized (chunks) {
            waiting -= length;
            chunks.notifyAll();
        }
    }

    private void report() {
        long lost;
        synchronized (chunks) {
            if (waiting > CAPACITY / 2) {
                return;
            }
            lost = discarded;
            discarded = 0;
        }
        if (lost > 0) {
            LoggerFactory.getLogger(ConsoleOutput.class)
                    .warn("{} lines were discarded while {} was blocked", lost, name);
        }
    }
}
