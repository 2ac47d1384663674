package io.masterlatch.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.client.ConnectStringParser;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why no connection comes about through TLS, by trying handshakes of its own: ZooKeeper's client tells nobody, and tries on in
 * silence. On a thread of its own, and only while there is no connection.
 */
final class TlsDiagnosis implements AutoCloseable {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    // A server that is content waits for the client, and one that is not hangs up.
    private static final Duration SILENCE = Duration.ofMillis(500);

    private final String connectString;
    private final Transport transport;
    private final Consumer<String> findings;
    private final ScheduledThreadPoolExecutor thread;
    private @Nullable Future<?> trials;

    TlsDiagnosis(String connectString, Transport transport, Consumer<String> findings) {
        this.connectString = connectString;
        this.transport = transport;
        this.findings = findings;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "masterlatch-tls");
            created.setDaemon(true);
            return created;
        });
        this.thread.setRemoveOnCancelPolicy(true);
    }

    /** To be told when there is no connection. */
    synchronized void disconnected() {
        if (trials == null && !thread.isShutdown()) {
            trials = thread.scheduleWithFixedDelay(
                    () -> why().ifPresent(findings), FIRST.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** To be told when there is one. */
    synchronized void connected() {
        if (trials != null) {
            trials.cancel(false);
            trials = null;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** Tells why a handshake fails; empty when one succeeds, or when no server can be reached at all. */
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
            } catch (IOException unreachable) {
                // no matter of TLS
            }
        }
        return Optional.ofNullable(reason);
    }

    private @Nullable String failure(Socket socket, String host) {
        Socket secured;
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            secured = transport.over(socket, host);
        } catch (IOException | RuntimeException failed) {
            return Transport.words(failed);
        }
        try {
            // What the server thinks of this client's certificate, it tells after the handshake.
            socket.setSoTimeout((int) SILENCE.toMillis());
            return secured.getInputStream().read() < 0 ? "the server hangs up" : null;
        } catch (SocketTimeoutException content) {
            return null;
        } catch (IOException refused) {
            return Transport.words(refused);
        }
    }
}
