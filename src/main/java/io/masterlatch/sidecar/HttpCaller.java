package io.masterlatch.sidecar;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.core.NestedExceptionUtils;

/** Makes HTTP calls of which only the status counts: they end in time, and follow no redirect. Thread-safe. */
final class HttpCaller {

    private static final Logger log = LoggerFactory.getLogger(HttpCaller.class);

    private static final int MAX_WORDS = 200;

    private volatile HttpClient client;

    /** Creates a caller that trusts the certificates that Java trusts. */
    HttpCaller() {
        this.client = builder().build();
    }

    /**
     * Creates a caller that uses an SSL bundle for https, as it is at the time of the call.
     *
     * @throws RuntimeException when there is no such bundle, or it cannot be used
     */
    HttpCaller(SslBundles bundles, String name) {
        this.client = secured(bundles.getBundle(name));
        bundles.addBundleUpdateHandler(name, bundle -> renew(name, bundle));
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER);
    }

    private static HttpClient secured(SslBundle bundle) {
        SslOptions options = bundle.getOptions();
        return builder()
                .sslContext(bundle.createSslContext())
                .sslParameters(new SSLParameters(options.getCiphers(), options.getEnabledProtocols()))
                .build();
    }

    private void renew(String name, SslBundle bundle) {
        try {
            client = secured(bundle);
            log.info("The SSL bundle {} is renewed; the next webhook or health check over https uses it", name);
        } catch (RuntimeException ex) {
            log.warn(
                    "The SSL bundle {} was changed and cannot be used; webhooks and health checks use the former: {}",
                    name,
                    ex.getMessage());
        }
    }

    /**
     * Makes a call and returns the status of the answer.
     *
     * @throws IOException when there is no answer, with the reason in words
     */
    int status(HttpTarget target, HttpRequest.Builder request, Duration timeout)
            throws IOException, InterruptedException {
        request.uri(target.uri()).timeout(timeout).setHeader("User-Agent", "MasterLatch");
        if (target.authorization() != null) {
            request.setHeader("Authorization", target.authorization());
        }
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException ex) {
            throw new IOException(words(ex, timeout), ex);
        }
        // Unread, since it may never end: this closes the connection.
        response.body().close();
        return response.statusCode();
    }

    static boolean isSuccess(int status) {
        return status / 100 == 2;
    }

    private static String words(IOException failure, Duration timeout) {
        if (failure instanceof HttpTimeoutException) {
            return "no answer within " + timeout.toMillis() + " ms";
        }
        if (failure instanceof ConnectException) {
            boolean unresolved =
                    NestedExceptionUtils.getMostSpecificCause(failure) instanceof UnresolvedAddressException;
            return unresolved ? "its name has no address" : "no connection";
        }
        // May quote what the peer sent, which is not to fill or to garble the log, the history and a command's
        // environment.
        String words = Objects.requireNonNullElseGet(failure.getMessage(), failure::toString);
        return words.substring(0, Math.min(words.length(), MAX_WORDS)).replaceAll("\\p{C}", "?");
    }
}
