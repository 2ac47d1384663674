package io.masterlatch.sidecar;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Makes calls of which only the status counts: they end in time, follow no redirect, and read no body of whatever size. Thread-safe. */
public final class HttpCaller {

    private final HttpClient client;

    /** Makes a caller. */
    public HttpCaller() {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Asks for the status; the failures of the network come with a message in words. */
    int status(HttpTarget target, HttpRequest.Builder request, Duration timeout)
            throws IOException, InterruptedException {
        request.uri(target.uri()).timeout(timeout).setHeader("User-Agent", "MasterLatch");
        if (target.authorization() != null) {
            request.setHeader("Authorization", target.authorization());
        }
        try {
            return client.send(request.build(), head -> new Unread()).statusCode();
        } catch (IOException ex) {
            throw new IOException(words(ex, timeout), ex);
        }
    }

    static boolean isSuccess(int status) {
        return status / 100 == 2;
    }

    private static String words(IOException failure, Duration timeout) {
        if (failure instanceof HttpTimeoutException) {
            return "no answer within " + timeout.toMillis() + " ms";
        }
        if (failure instanceof ConnectException) {
            return isUnresolved(failure) ? "its name has no address" : "no connection";
        }
        return Objects.requireNonNullElseGet(failure.getMessage(), failure::toString);
    }

    private static boolean isUnresolved(@Nullable Throwable failure) {
        return failure != null && (failure instanceof UnresolvedAddressException || isUnresolved(failure.getCause()));
    }

    /** Closes the connection instead of reading what somebody may never cease to send. */
    private static final class Unread implements BodySubscriber<@Nullable Void> {

        @Override
        public CompletionStage<@Nullable Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }
}
