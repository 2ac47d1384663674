package io.masterlatch.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.zookeeper.client.ConnectStringParser;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Finds out why TLS fails by handshakes of its own: ZooKeeper's client does not report it.
 *
 * @param connectString the servers to try, without a chroot
 * @param files the key and trust stores of the client
 */
record TlsDiagnosis(String connectString, TlsFiles files) implements Supplier<@Nullable String> {

    private static final int PATIENCE_MILLIS = 2_000;

    // A server that accepts the client waits for it. Another server closes the connection.
    private static final int SILENCE_MILLIS = 500;

    /** Returns why TLS fails; null when a handshake succeeds, or when no server can be reached at all. */
    @Override
    public @Nullable String get() {
        try {
            files.location(TlsStores.TRUSTED);
        } catch (UncheckedIOException ex) {
            return "TLS fails: " + words(ex);
        }
        String reason = null;
        for (InetSocketAddress server : new ConnectStringParser(connectString).getServerAddresses()) {
            String host = server.getHostString();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, server.getPort()), PATIENCE_MILLIS);
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
            socket.setSoTimeout(PATIENCE_MILLIS);
            Socket secured = secure(socket, host);
            // The server checks this client's certificate after the handshake.
            socket.setSoTimeout(SILENCE_MILLIS);
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
