package io.masterlatch.zookeeper;

import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** How bytes reach a ZooKeeper server: as they are, or through TLS. */
public final class Transport {

    /** As they are. */
    public static final Transport PLAIN = new Transport(null, null, null);

    private final @Nullable String bundle;
    private final @Nullable Supplier<SSLContext> contexts;
    private final @Nullable SSLParameters parameters;

    private Transport(
            @Nullable String bundle, @Nullable Supplier<SSLContext> contexts, @Nullable SSLParameters parameters) {
        this.bundle = bundle;
        this.contexts = contexts;
        this.parameters = parameters;
    }

    /**
     * Makes one through TLS.
     *
     * @param bundle the name of the keys and certificates, without spaces
     * @param contexts makes the context of each connection, so that renewed certificates are taken
     * @param parameters what is set here prevails over the context's own, the algorithm that checks the host's name among it
     * @return a transport for any number of connections
     */
    public static Transport tls(String bundle, Supplier<SSLContext> contexts, SSLParameters parameters) {
        return new Transport(
                Objects.requireNonNull(bundle, "'bundle' must not be null"),
                Objects.requireNonNull(contexts, "'contexts' must not be null"),
                Objects.requireNonNull(parameters, "'parameters' must not be null"));
    }

    /** Returns the name of the keys and certificates; null without TLS. */
    @Nullable
    String bundle() {
        return bundle;
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
        if (contexts == null || parameters == null) {
            return connected;
        }
        SSLSocket secured =
                (SSLSocket) contexts.get().getSocketFactory().createSocket(connected, host, connected.getPort(), true);
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /**
     * Tells in words why TLS failed.
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
