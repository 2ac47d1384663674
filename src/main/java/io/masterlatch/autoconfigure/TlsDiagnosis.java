package io.masterlatch.autoconfigure;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.zookeeper.client.ConnectStringParser;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * A store that adds the reason of a TLS failure to connection errors. ZooKeeper's client reports none, so this store
 * tries a handshake of its own while there is no connection, on a thread of its own.
 */
final class TlsDiagnosis implements MasterStore {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    // A server that accepts the client waits for it. Another server closes the connection.
    private static final Duration SILENCE = Duration.ofMillis(500);

    private final MasterStore store;
    private final String connectString;
    private final TlsFiles files;
    private @Nullable ScheduledThreadPoolExecutor thread;
    private volatile boolean connected;
    private volatile @Nullable String finding;

    /**
     * Creates a store that diagnoses the connection of another store.
     *
     * @param store the store to delegate to
     * @param connectString the servers it connects to, without a chroot
     * @param files the key and trust stores of its client
     */
    TlsDiagnosis(MasterStore store, String connectString, TlsFiles files) {
        this.store = store;
        this.connectString = connectString;
        this.files = files;
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

    /** Returns the event, with the diagnosis added to a connection error. */
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
            String found = why();
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

    /** Returns why TLS fails; null when a handshake succeeds, or when no server can be reached at all. */
    private @Nullable String why() {
        try {
            files.location(TlsStores.TRUSTED);
        } catch (UncheckedIOException ex) {
            return "TLS fails: " + words(ex);
        }
        String reason = null;
        for (InetSocketAddress server : new ConnectStringParser(connectString).getServerAddresses()) {
            String host = server.getHostString();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, server.getPort()), (int) PATIENCE.toMillis());
                String failure = failure(socket, host);
                if (failure == null) {
                    return null;
                }
                reason = "TLS with %s:%d fails: %s".formatted(host, server.getPort(), failure);
            } catch (IOException ex) {
                // TLS is not the reason.
            }
        }
        return reason;
    }

    private @Nullable String failure(Socket socket, String host) {
        boolean accepted = false;
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            Socket secured = secure(socket, host);
            // The server checks this client's certificate after the handshake.
            socket.setSoTimeout((int) SILENCE.toMillis());
            accepted = true;
            return secured.getInputStream().read() < 0 ? "the server closes the connection" : null;
        } catch (SocketTimeoutException ex) {
            return accepted ? null : words(ex);
        } catch (IOException | RuntimeException ex) {
            return words(ex);
        }
    }

    private Socket secure(Socket connected, String host) throws IOException {
        SslBundle bundle = files.bundle();
        SSLSocket secured = (SSLSocket)
                bundle.createSslContext().getSocketFactory().createSocket(connected, host, connected.getPort(), true);
        SSLParameters parameters = new SSLParameters(
                bundle.getOptions().getCiphers(), bundle.getOptions().getEnabledProtocols());
        // The server's certificate has to name the host, as ZooKeeper's client requires.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** Returns the message of a failure and that of its cause, without the names of Java's exceptions. */
    static String words(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String first = plain(failure);
        String last = plain(cause);
        return first.contains(last) ? first : first + ": " + last;
    }

    private static String plain(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.replaceAll("(?:[a-z0-9]+\\.)+[A-Z]\\w*Exception: ", "");
    }
}
