package io.masterlatch.autoconfigure;

import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS to a ZooKeeper server, for connections without ZooKeeper's client. */
public final class Transport {

    private final Supplier<SSLContext> contexts;
    private final SSLParameters parameters;

    /**
     * Creates a transport.
     *
     * @param contexts makes the context of each connection, so that renewed certificates are used
     * @param parameters what is set here prevails over the context's own, the algorithm that checks the host's name among it
     */
    public Transport(Supplier<SSLContext> contexts, SSLParameters parameters) {
        this.contexts = Objects.requireNonNull(contexts, "'contexts' must not be null");
        this.parameters = Objects.requireNonNull(parameters, "'parameters' must not be null");
    }

    /**
     * Makes a connection ready for ZooKeeper's protocol.
     *
     * @param connected a connection with a read timeout, which bounds each step of the handshake
     * @param host the server's name, as it is configured
     * @return what to read and write; to be closed instead of the connection
     * @throws IOException when the handshake fails
     */
    Socket over(Socket connected, String host) throws IOException {
        SSLSocket secured =
                (SSLSocket) contexts.get().getSocketFactory().createSocket(connected, host, connected.getPort(), true);
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /**
     * Returns in words why TLS failed.
     *
     * @param failure the failure
     * @return its message and that of its cause, without the names of Java's exceptions
     */
    public static String words(Throwable failure) {
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
