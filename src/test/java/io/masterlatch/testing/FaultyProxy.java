package io.masterlatch.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A TCP proxy on the loopback interface that passes every byte on as it came, until a test has it misbehave.
 *
 * <p>Each fault says what becomes of the bytes of the two directions; {@link #restore()} ends all of them. A connection
 * that has lost bytes is closed by the next change of fault, because what would follow the gap means nothing.
 */
public final class FaultyProxy implements AutoCloseable {

    /** What becomes of the bytes of one direction. */
    enum Flow {
        PASS,
        HOLD,
        SWALLOW
    }

    private static final Duration RETRY = Duration.ofMillis(20);

    private final int port = Loopback.freePort();
    private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Map<Integer, CompletableFuture<Void>> repliesToLose = new ConcurrentHashMap<>();
    private final Map<Integer, CompletableFuture<Void>> requestsToLose = new ConcurrentHashMap<>();

    private volatile Supplier<InetSocketAddress> target;
    private volatile UnaryOperator<byte[]> opening = UnaryOperator.identity();
    private volatile Duration delay = Duration.ZERO;
    private volatile Duration patience = Duration.ZERO;

    private Flow requests = Flow.PASS; // these three are guarded by 'this'
    private Flow replies = Flow.PASS;
    private ProxyListener listener;

    /** Starts a proxy for a target that is asked for anew at each connection. */
    public FaultyProxy(Supplier<InetSocketAddress> target) {
        this.target = target;
        open();
    }

    /** Starts a proxy for a port of the loopback interface. */
    public static FaultyProxy to(int port) {
        return new FaultyProxy(() -> Loopback.socketAddress(port));
    }

    /** Returns the port that the proxy listens on. */
    public int port() {
        return port;
    }

    /** Returns where the proxy listens, as ZooKeeper's connect strings have it. */
    public String connectString() {
        return Loopback.address(port);
    }

    /** Sends later connections to another target. */
    public void target(Supplier<InetSocketAddress> other) {
        this.target = other;
    }

    /** Lets later connections have the first bytes of their client replaced. */
    FaultyProxy rewriteOpening(UnaryOperator<byte[]> rewriting) {
        this.opening = rewriting;
        return this;
    }

    /** Closes every connection and refuses new ones. */
    public void cut() {
        closeListener();
        dropConnections();
    }

    /** Ends cut, black hole, hold and delay: from now on everything passes. */
    public synchronized void restore() {
        delay = Duration.ZERO;
        flow(Flow.PASS, Flow.PASS);
        if (listener == null) {
            open();
        }
    }

    /**
     * Keeps connections open and takes new ones, but swallows all bytes in both directions, and the end of a
     * connection.
     */
    public void blackHole() {
        flow(Flow.SWALLOW, Flow.SWALLOW);
    }

    /** Swallows what clients send; what the server sends passes. */
    public void swallowRequests() {
        flow(Flow.SWALLOW, Flow.PASS);
    }

    /** Swallows what the server sends; what clients send passes. */
    public void swallowReplies() {
        flow(Flow.PASS, Flow.SWALLOW);
    }

    /** Keeps all bytes back until {@link #restore()} delivers them, as a network does that heals and retransmits. */
    public void hold() {
        flow(Flow.HOLD, Flow.HOLD);
    }

    /** Keeps what clients send back until {@link #restore()}. */
    public void holdRequests() {
        flow(Flow.HOLD, Flow.PASS);
    }

    /** Keeps what the server sends back until {@link #restore()}. */
    public void holdReplies() {
        flow(Flow.PASS, Flow.HOLD);
    }

    /** Closes the connections of this moment; new ones are welcome. */
    public void dropConnections() {
        connections.forEach(ProxyConnection::close);
    }

    /** Delays every byte by so much in each direction. */
    public void delay(Duration eachWay) {
        delay = eachWay;
    }

    /**
     * Lets the next ZooKeeper request of the type reach the server, and closes the connection in place of its reply:
     * the operation was applied, and the client cannot know. The future completes when that has happened.
     */
    public CompletableFuture<Void> loseReplyOf(int opCode) {
        return repliesToLose.computeIfAbsent(opCode, type -> new CompletableFuture<>());
    }

    /** Closes the connection in place of passing on the next ZooKeeper request of the type: it was never applied. */
    public CompletableFuture<Void> loseRequestOf(int opCode) {
        return requestsToLose.computeIfAbsent(opCode, type -> new CompletableFuture<>());
    }

    /** Returns how many connections are open. */
    public int connections() {
        return connections.size();
    }

    /** Closes everything; when it returns no thread of the proxy is left. */
    @Override
    public void close() {
        closeListener();
        dropConnections();
        threads.forEach(FaultyProxy::join);
    }

    CompletableFuture<Void> takeReplyToLose(int opCode) {
        return repliesToLose.remove(opCode);
    }

    CompletableFuture<Void> takeRequestToLose(int opCode) {
        return requestsToLose.remove(opCode);
    }

    /**
     * Lets later connections wait so long for a target that does not listen. Without, a client that calls it is let in
     * and then hung up on, where the target itself would have refused him, and he might have tried again.
     */
    FaultyProxy awaitTarget(Duration time) {
        this.patience = time;
        return this;
    }

    Socket connect() throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return connectOnce();
            } catch (ConnectException refused) {
                if (Thread.currentThread().isInterrupted() || System.nanoTime() - end >= 0) {
                    throw refused;
                }
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private Socket connectOnce() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(target.get(), 2_000);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    long delayNanos() {
        return delay.toNanos();
    }

    UnaryOperator<byte[]> opening() {
        return opening;
    }

    synchronized Flow flow(boolean request) {
        return request ? requests : replies;
    }

    void closed(ProxyConnection connection) {
        connections.remove(connection);
    }

    void began(Thread thread) {
        threads.add(thread);
    }

    void ended(Thread thread) {
        threads.remove(thread);
    }

    static void join(Thread thread) {
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void flow(Flow ofRequests, Flow ofReplies) {
        requests = ofRequests;
        replies = ofReplies;
        connections.forEach(ProxyConnection::closeIfDeafened);
        notifyAll();
    }

    private synchronized void open() {
        listener = new ProxyListener(port, this::take);
    }

    private synchronized void take(ProxyListener from, Socket client) {
        ProxyConnection connection = new ProxyConnection(this, client);
        connections.add(connection);
        if (listener == from) {
            connection.start();
        } else {
            connection.close();
        }
    }

    private void closeListener() {
        ProxyListener last;
        synchronized (this) {
            last = listener;
            listener = null;
        }
        if (last != null) { // outside the monitor, which its thread may wait for
            last.close();
        }
    }
}
