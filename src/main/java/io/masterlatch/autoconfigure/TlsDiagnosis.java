package io.masterlatch.autoconfigure;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.client.ConnectStringParser;
import org.jspecify.annotations.Nullable;

/**
 * A store that finds out why no connection comes about through TLS, by handshakes of its own: ZooKeeper's client reports no reason and
 * tries again in silence. On a thread of its own, and only while there is no connection.
 */
public final class TlsDiagnosis implements MasterStore {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    // A server that accepts the client waits for it, and one that does not closes the connection.
    private static final Duration SILENCE = Duration.ofMillis(500);

    private final MasterStore store;
    private final String connectString;
    private final Transport transport;
    private @Nullable ScheduledThreadPoolExecutor thread;
    private volatile boolean connected;
    private volatile @Nullable String finding;

    /**
     * Creates a store that diagnoses the connection of another.
     *
     * @param store the store that does the work
     * @param connectString the servers it connects to, without a chroot
     * @param transport how to reach them
     */
    public TlsDiagnosis(MasterStore store, String connectString, Transport transport) {
        this.store = store;
        this.connectString = connectString;
        this.transport = transport;
    }

    @Override
    public synchronized void open(Consumer<Event> events) {
        connected = false;
        finding = null;
        ScheduledThreadPoolExecutor opened = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "masterlatch-tls");
            created.setDaemon(true);
            return created;
        });
        opened.scheduleWithFixedDelay(
                () -> diagnose(events), FIRST.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        thread = opened;
        store.open(event -> events.accept(noted(event)));
    }

    /** Returns the event, with what was found out for the reason why there is no connection. */
    private Event noted(Event event) {
        if (event instanceof Event.Connected) {
            connected = true;
            finding = null;
        } else if (event instanceof Event.Disconnected) {
            connected = false;
        }
        String found = finding;
        return found != null && event instanceof Event.ConnectError error && !error.fatal()
                ? new Event.ConnectError(found, false)
                : event;
    }

    private void diagnose(Consumer<Event> events) {
        if (!connected) {
            String found = why().orElse(null);
            finding = connected ? null : found;
            if (found != null) {
                events.accept(new Event.ConnectError(found, false));
            }
        }
    }

    @Override
    public void send(Request request, Consumer<Reply> reply) {
        store.send(request, reply);
    }

    @Override
    public CompletableFuture<List<Candidate>> candidates() {
        return store.candidates();
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
        }
        store.close();
    }

    @Override
    public String toString() {
        return store.toString();
    }

    /** Returns why a handshake fails; empty when one succeeds, or when no server can be reached at all. */
    private Optional<String> why() {
        String reason = null;
        for (InetSocketAddress server : new ConnectStringParser(connectString).getServerAddresses()) {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(server.getHostString(), server.getPort()), (int) PATIENCE.toMillis());
                String failure = failure(socket, server.getHostString());
                if (failure == null) {
                    return Optional.empty();
                }
                reason = reason != null
                        ? reason
                        : "TLS with " + server.getHostString() + ":" + server.getPort() + " fails: " + failure;
            } catch (IOException ex) {
                // TLS is not the reason.
            }
        }
        return Optional.ofNullable(reason);
    }

    private @Nullable String failure(Socket socket, String host) {
        Socket secured;
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            secured = transport.over(socket, host);
        } catch (IOException | RuntimeException ex) {
            return Transport.words(ex);
        }
        try {
            // The server checks this client's certificate after the handshake.
            socket.setSoTimeout((int) SILENCE.toMillis());
            return secured.getInputStream().read() < 0 ? "the server closes the connection" : null;
        } catch (SocketTimeoutException ex) {
            return null;
        } catch (IOException ex) {
            return Transport.words(ex);
        }
    }
}
