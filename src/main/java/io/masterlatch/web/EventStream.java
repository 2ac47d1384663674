package io.masterlatch.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of events to one client: the present state, and whatever follows it. What is sent is what is true when it can be
 * sent, so that a client that reads slowly misses what is over, and nobody is told an older state after a newer one.
 */
final class EventStream implements Watcher, WriteListener {

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    // Until a client that has lost its stream comes back.
    private static final byte[] GREETING = bytes("retry: 1000\n\n");
    private static final byte[] HEARTBEAT = bytes(":\n\n");

    private final AsyncContext request;
    private final ServletOutputStream out;
    private final Reporter reporter;
    private final long heartbeat;
    private boolean greeted;
    private @Nullable String told;
    private long written = System.nanoTime();
    private boolean unflushed;
    private boolean ending;
    private boolean ended;
    private boolean closed;

    EventStream(AsyncContext request, ServletOutputStream out, Reporter reporter, Duration heartbeat) {
        this.request = request;
        this.out = out;
        this.reporter = reporter;
        this.heartbeat = heartbeat.toNanos();
    }

    @Override
    public void onWritePossible() throws IOException {
        write();
    }

    @Override
    public void look() {
        try {
            write();
        } catch (IOException gone) {
            // The container, which found out, completes the request.
            log.trace("The client of an event stream has gone", gone);
        }
    }

    @Override
    public synchronized void end() {
        ending = true;
        look();
        if (!closed) {
            // It does not read just now, and nobody waits for that.
            closed = true;
            request.complete();
        }
    }

    @Override
    public void onError(Throwable cause) {
        log.trace("The client of an event stream has gone", cause);
        gone();
    }

    @Override
    public synchronized void gone() {
        closed = true;
    }

    private synchronized void write() throws IOException {
        while (!closed && (unflushed || isDue()) && out.isReady()) {
            try {
                if (unflushed) {
                    out.flush();
                    unflushed = false;
                } else if (ended) {
                    closed = true;
                    request.complete();
                } else {
                    out.write(next());
                    written = System.nanoTime();
                    unflushed = true;
                }
            } catch (IOException gone) {
                closed = true;
                throw gone;
            }
        }
    }

    private boolean isDue() {
        return !greeted
                || ending
                || System.nanoTime() - written >= heartbeat
                || !reporter.now().tag().equals(told);
    }

    private byte[] next() {
        if (!greeted) {
            greeted = true;
            return GREETING;
        }
        if (ending) {
            ended = true;
            return reporter.farewell().bytes();
        }
        Event present = reporter.now().event();
        if (present.tag().equals(told)) {
            return HEARTBEAT;
        }
        told = present.tag();
        return present.bytes();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
