package io.masterlatch.service;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Names the settings to change when a web server of the service cannot listen. Boot's report of a port in use does not
 * name them, and it has none for a port or an address that is not available. Does nothing in an application that only
 * uses the latch.
 */
final class WebServerFailureAnalyzer extends AbstractFailureAnalyzer<WebServerException> implements Ordered {

    private final BeanFactory beans;
    private final Environment environment;

    WebServerFailureAnalyzer(BeanFactory beans, Environment environment) {
        this.beans = beans;
        this.environment = environment;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, WebServerException cause) {
        if (!(beans instanceof ListableBeanFactory list)
                || list.getBeanNamesForType(ServiceConfiguration.class, true, false).length == 0) {
            return null;
        }
        String reason = NestedExceptionUtils.getMostSpecificCause(cause).getMessage();
        if (String.valueOf(cause.getMessage()).contains("java.io.tmpdir")) {
            return new FailureAnalysis(
                    "The web server cannot create its directory in java.io.tmpdir=%s: %s."
                            .formatted(System.getProperty("java.io.tmpdir"), reason),
                    "Start java with -Djava.io.tmpdir= and a directory that this user can write.",
                    cause);
        }
        // The server of the management port starts after the other one listens.
        boolean management = ManagementPortType.get(environment) == ManagementPortType.DIFFERENT
                && environment.containsProperty("local.server.port");
        String prefix = management ? "management.server." : "server.";
        return new FailureAnalysis(
                "The web server cannot listen on %saddress=%s with %sport=%s: %s."
                        .formatted(
                                prefix,
                                environment.getProperty(prefix + "address", "0.0.0.0"),
                                prefix,
                                environment.getProperty(prefix + "port", "8080"),
                                reason),
                ("Set %sport to one from 1 to 65535 that is free, or to 0 for any free one, and %saddress to an"
                                + " address of this machine, or to 0.0.0.0 for all of them.")
                        .formatted(prefix, prefix),
                cause);
    }
}
