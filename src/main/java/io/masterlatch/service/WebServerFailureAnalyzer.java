package io.masterlatch.service;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Says which settings to change when the web server cannot listen, as in a second instance on one machine. Spring Boot
 * has a message without their names for a port in use, and none for a port or an address that cannot be had.
 */
class WebServerFailureAnalyzer extends AbstractFailureAnalyzer<WebServerException> implements Ordered {

    private final Environment environment;

    WebServerFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, WebServerException cause) {
        return new FailureAnalysis(
                "The web server cannot listen on server.address=%s with server.port=%s: %s."
                        .formatted(
                                this.environment.getProperty("server.address", "0.0.0.0"),
                                this.environment.getProperty("server.port", "8080"),
                                NestedExceptionUtils.getMostSpecificCause(cause).getMessage()),
                "Set server.port to one from 1 to 65535 that is free, or to 0 for any free one, and server.address to an"
                        + " address of this machine, or to 0.0.0.0 for all of them.",
                cause);
    }
}
