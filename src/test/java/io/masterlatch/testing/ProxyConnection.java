package io.masterlatch.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** One connection through a {@link FaultyProxy}: two directions, each with a reader and a writer of its own. */
final class ProxyConnection {

    private record Chunk(byte[] bytes, long due) {}

    private record LostReply(int xid, CompletableFuture<Void> happened) {}

    private final FaultyProxy proxy;
    private final Socket client;
    private final Direction requests = new Direction(true);
    private final Direction replies = new Direction(false);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private volatile Socket server;
    private volatile boolean closed;
    private volatile LostReply lostReply;
    private volatile CompletableFuture<Void> happened;

    ProxyConnection(FaultyProxy proxy, Socket client) {
        this.proxy = proxy;
        this.client = client;
    }

    void start() {
        spawn("connection", () -> {
            requests.awaitFlow();
            if (!requests.swallows()) {
                server = proxy.connect();
                server.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                spawn("requests", () -> requests.write(server));
                spawn("replies", () -> replies.write(client));
                spawn("answers", () -> replies.read(server));
            }
            requests.read(client);
        });
    }

    void close() {
        synchronized (proxy) {
            closed = true;
            proxy.closed(this);
            proxy.notifyAll();
        }
        closeQuietly(client);
        closeQuietly(server);
        threads.forEach(Thread::interrupt);
        if (happened != null) {
            happened.complete(null);
        }
    }

    /** Closes a connection that has lost bytes in a direction whose bytes now pass again. */
    void closeIfDeafened() {
        if (requests.deafened() || replies.deafened()) {
            close();
        }
    }

    private boolean keepRequest(int xid, int type) {
        CompletableFuture<Void> lostRequest = proxy.takeRequestToLose(type);
        if (lostRequest != null) {
            happened = lostRequest;
            return false;
        }
        CompletableFuture<Void> lost = proxy.takeReplyToLose(type);
        if (lost != null) {
            lostReply = new LostReply(xid, lost);
        }
        return true;
    }

    private boolean keepReply(int xid, int type) {
        LostReply lost = lostReply;
        if (lost == null || lost.xid() != xid) {
            return true;
        }
        happened = lost.happened();
        return false;
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void spawn(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        close();
                    } finally {
                        if (closed) { // also what was opened after close() had looked
                            closeQuietly(server);
                        }
                        proxy.ended(Thread.currentThread());
                    }
                },
                "proxy " + proxy.port() + " " + name);
        thread.setDaemon(true);
        threads.add(thread);
        proxy.began(thread);
        thread.start();
        if (closed) {
            thread.interrupt();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // it is of no more use either way
        }
    }

    private final class Direction {

        private final boolean request;
        private final BlockingQueue<Chunk> queue = new LinkedBlockingQueue<>(4_096);
        private final ZooKeeperFrames frames;
        private boolean gap; // guarded by 'proxy'

        Direction(boolean request) {
            this.request = request;
            this.frames =
                    new ZooKeeperFrames(request ? ProxyConnection.this::keepRequest : ProxyConnection.this::keepReply);
        }

        void read(Socket from) throws IOException, InterruptedException {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[64 * 1024];
            boolean first = true;
            for (int length = next(in, buffer); length >= 0; length = next(in, buffer)) {
                if (!swallows()) {
                    byte[] bytes = Arrays.copyOf(buffer, length);
                    bytes = request && first ? proxy.opening().apply(bytes) : bytes;
                    int kept = frames.follow(bytes);
                    queue.put(new Chunk(Arrays.copyOf(bytes, kept), System.nanoTime() + proxy.delayNanos()));
                    if (kept < bytes.length) {
                        break;
                    }
                }
                first = false;
            }
            if (!swallows()) {
                queue.put(new Chunk(null, System.nanoTime() + proxy.delayNanos()));
            }
        }

        /** Reads on, and takes a reset for an end like any other: whether the peer hears of it is the flow's matter. */
        private static int next(InputStream in, byte[] buffer) {
            try {
                return in.read(buffer);
            } catch (IOException reset) {
                return -1;
            }
        }

        void write(Socket to) throws IOException, InterruptedException {
            OutputStream out = to.getOutputStream();
            while (true) {
                Chunk chunk = queue.take();
                for (long wait = chunk.due() - System.nanoTime(); wait > 0; wait = chunk.due() - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                    if (closed) {
                        return;
                    }
                }
                awaitFlow();
                if (!swallows()) {
                    if (chunk.bytes() == null) {
                        close();
                        return;
                    }
                    out.write(chunk.bytes());
                }
            }
        }

        void awaitFlow() throws InterruptedException {
            synchronized (proxy) {
                while (!closed && proxy.flow(request) == FaultyProxy.Flow.HOLD) {
                    proxy.wait();
                }
            }
        }

        boolean swallows() {
            synchronized (proxy) {
                boolean swallows = proxy.flow(request) == FaultyProxy.Flow.SWALLOW;
                gap |= swallows;
                return swallows;
            }
        }

        boolean deafened() {
            return gap && proxy.flow(request) != FaultyProxy.Flow.SWALLOW;
        }
    }
}
