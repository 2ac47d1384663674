package io.masterlatch.autoconfigure;

import io.masterlatch.election.Candidate;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The URL of this instance's own service: the configured one, or that of the web server when it listens. There is none
 * without a web server.
 *
 * @param configured null when none is
 * @param address the configured address, whose host is this machine; null when none is
 * @param environment knows the web server
 */
record AdvertisedUrl(@Nullable String configured, @Nullable String address, Environment environment)
        implements Supplier<@Nullable String> {

    @Override
    public @Nullable String get() {
        String port = environment.getProperty("local.server.port");
        if (configured != null || port == null) {
            return configured;
        }
        try {
            String url = "%s://%s:%s%s%s%s/"
                    .formatted(
                            isSecure() ? "https" : "http",
                            host(),
                            port,
                            path("server.servlet.context-path"),
                            path("spring.mvc.servlet.path"),
                            path("masterlatch.web.base-path"));
            return Candidate.isUrl(url) ? url : null;
        } catch (UnknownHostException ex) {
            return null;
        }
    }

    private boolean isSecure() {
        return environment.getProperty("server.ssl.enabled", Boolean.class, true)
                && Binder.get(environment)
                        .bind("server.ssl", Bindable.mapOf(String.class, Object.class))
                        .isBound();
    }

    /** Returns the one address where the server listens, if it is one; else this machine's name, as others know it. */
    private String host() throws UnknownHostException {
        String listening = Settings.text(environment.getProperty("server.address"));
        if (listening != null && !InetAddress.getByName(listening).isAnyLocalAddress()) {
            return listening.contains(":") ? "[" + listening + "]" : listening;
        }
        HostAndPort own = address == null ? null : HostAndPort.of(address);
        return own == null ? InetAddress.getLocalHost().getHostName() : own.host();
    }

    private String path(String name) {
        String path = environment.getProperty(name, "").replaceAll("^/+|/+$", "");
        return path.isEmpty() ? "" : "/" + path;
    }
}
