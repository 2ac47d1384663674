package io.masterlatch.sidecar;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Asks an application over HTTP: any status from 200 to 299 in time says that it is well. */
public final class UrlCheck implements HealthCheck {

    private final HttpCaller caller;
    private final HttpTarget target;
    private final Duration timeout;

    /**
     * Makes a check.
     *
     * @param caller makes the calls
     * @param target where to ask
     * @param timeout how long to wait for the answer
     */
    public UrlCheck(HttpCaller caller, HttpTarget target, Duration timeout) {
        this.caller = caller;
        this.target = target;
        this.timeout = timeout;
    }

    @Override
    public Optional<String> ailment() throws InterruptedException {
        try {
            int status = caller.status(target, HttpRequest.newBuilder().GET(), timeout);
            return HttpCaller.isSuccess(status) ? Optional.empty() : Optional.of("it answers " + status);
        } catch (IOException ex) {
            return Optional.of(Objects.requireNonNull(ex.getMessage()));
        }
    }

    @Override
    public String toString() {
        return target + target.uri().getRawPath();
    }
}
