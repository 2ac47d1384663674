package io.masterlatch.sidecar;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/** Checks an application over HTTP. It is healthy when it answers with a status from 200 to 299 in time. */
record UrlCheck(HttpCaller http, HttpTarget target, Duration timeout) implements HealthCheck {

    @Override
    public Optional<String> problem() throws InterruptedException {
        try {
            int status = http.status(target, HttpRequest.newBuilder().GET(), timeout);
            return HttpCaller.isSuccess(status) ? Optional.empty() : Optional.of("it answers " + status);
        } catch (IOException ex) {
            return Optional.of(String.valueOf(ex.getMessage()));
        }
    }

    @Override
    public String toString() {
        return target + target.uri().getRawPath();
    }
}
