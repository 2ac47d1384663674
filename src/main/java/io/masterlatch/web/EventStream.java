package io.masterlatch.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of events to one client: the present state, and each that follows it. What is sent is what is true when it
 * can be sent, so that a client that reads slowly misses what is over, and no client gets an older state after a newer
 * one.
 */
final class EventStream implements Subscriber, WriteListener, AsyncListener {

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private static final byte[] GREETING = retry(1_000);
    private static final int RETRY_FROM = 5_000;
    private static final int RETRY_BELOW = 15_001;
    // How long a stream lasts whose connection is not shown: its client may be gone.
    private static final long SHORTEST = Duration.ofMinutes(9).toNanos();
    private static final long JITTER = Duration.ofMinutes(2).toNanos();
    private static final byte[] HEARTBEAT = bytes(":\n\n");

    private final AsyncContext request;
    private final ServletOutputStream out;
    private final MasterStateProvider state;
    private final Subscribers subscribers;
    private final long heartbeat;
    private final TcpTable.Connection connection;
    private final long endsAt =
            System.nanoTime() + SHORTEST + ThreadLocalRandom.current().nextLong(JITTER);
    private long reachable = System.nanoTime();
    private int unacknowledged;
    private boolean greeted;
    private @Nullable String sent;
    private long written = System.nanoTime();
    private boolean unflushed;
    private boolean ending;
    private boolean ended;
    private boolean closed;

    private EventStream(
            AsyncContext request,
            TcpTable.Connection connection,
            ServletOutputStream out,
            MasterStateProvider state,
            Subscribers subscribers,
            Duration heartbeat) {
        this.request = request;
        this.connection = connection;
        this.out = out;
        this.state = state;
        this.subscribers = subscribers;
        this.heartbeat = heartbeat.toNanos();
    }

    /** Opens a stream on a request, which then goes on without a thread. */
    static EventStream open(
            HttpServletRequest request,
            ServletOutputStream out,
            MasterStateProvider state,
            Subscribers subscribers,
            Duration heartbeat) {
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        TcpTable.Connection connection =
                new TcpTable.Connection(request.getLocalPort(), request.getRemoteAddr(), request.getRemotePort());
        EventStream stream = new EventStream(context, connection, out, state, subscribers, heartbeat);
        context.addListener(stream);
        out.setWriteListener(stream);
        return stream;
    }

    /** Sends the only event of a client that is not admitted. Not all of these come back at once. */
    static void refuse(ServletOutputStream out, Event event) throws IOException {
        out.write(retry(ThreadLocalRandom.current().nextInt(RETRY_FROM, RETRY_BELOW)));
        out.write(event.bytes());
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
    public synchronized void check(TcpTable table, long now) {
        Integer attempts = table.attempts(connection);
        if (attempts != null && (attempts == 0 || attempts < unacknowledged)) {
            reachable = now;
        }
        unacknowledged = attempts == null ? 0 : attempts;
        if (attempts == null ? now - endsAt >= 0 : now - reachable >= heartbeat) {
            close();
        }
    }

    @Override
    public synchronized void end() {
        ending = true;
        look();
        // If it is not closed by then, the client does not read just now. Nothing waits for that.
        close();
    }

    private void close() {
        if (!closed) {
            closed = true;
            request.complete();
        }
    }

    @Override
    public synchronized void onError(Throwable cause) {
        log.trace("The client of an event stream has gone", cause);
        closed = true;
    }

    @Override
    public void onError(AsyncEvent event) {
        // Before the request is completed, after which the container uses its objects for another one.
        onError(event.getThrowable());
        request.complete();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        onError(event);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        subscribers.leave(this);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nothing here begins a second time.
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
        return !greeted || ending || System.nanoTime() - written >= heartbeat || pendingEvent() != null;
    }

    /** Returns the event that the client does not have yet; null when there is none, or a better one is expected. */
    private @Nullable Event pendingEvent() {
        Representation present = state.now();
        boolean known = present.event().gist().equals(sent) || sent != null && state.isInterim(present);
        return known ? null : present.event();
    }

    private byte[] next() {
        if (!greeted) {
            greeted = true;
            return GREETING;
        }
        if (ending) {
            ended = true;
            return state.stopping().bytes();
        }
        Event pending = pendingEvent();
        if (pending == null) {
            return HEARTBEAT;
        }
        sent = pending.gist();
        return pending.bytes();
    }

    /** Says how long a client that has lost its stream waits before it comes back. */
    private static byte[] retry(int millis) {
        return bytes("retry: " + millis + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
