package io.masterlatch;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.validation.annotation.Validated;

/**
 * Which ZooKeeper holds the election, and how to talk to it. A property under {@code zookeeper} that is not one of
 * these ends the start: a misspelt connect string must not quietly mean an embedded server.
 *
 * @param connectString The ensemble's servers, host:port with commas between, with an optional chroot at the end, such
 * as zk1:2181,zk2:2181,zk3:2181/app. Always wins over the embedded server.
 * @param sessionTimeout How long ZooKeeper keeps what an instance owns after it last heard of it, from 1s to 10m and at
 * least twice master.lease. The server negotiates: by default it grants from 4 s to 40 s.
 * @param connectionTimeout How long an attempt to reach ZooKeeper may take, from 100ms to 10m.
 * @param auth This service's user in ZooKeeper.
 * @param ssl TLS to ZooKeeper.
 * @param embedded The embedded ZooKeeper, for a trial on one machine.
 */
@Validated
@ConfigurationProperties(prefix = "zookeeper", ignoreUnknownFields = false)
public record ZooKeeperProperties(
        @Nullable @ConnectString String connectString,

        @DefaultValue("10s") @DurationRange(min = "1s", max = "10m")
        Duration sessionTimeout,

        @DefaultValue("5s") @DurationRange(min = "100ms", max = "10m")
        Duration connectionTimeout,

        @DefaultValue Auth auth,

        @DefaultValue @Valid Ssl ssl,

        @DefaultValue @Valid Embedded embedded) {

    /** Takes an empty connect string for none, and the spaces around its commas away, as ZooKeeper does. */
    public ZooKeeperProperties {
        connectString = connectString == null || connectString.isBlank()
                ? null
                : connectString.strip().replaceAll("\\s*,\\s*", ",");
    }

    /** Returns whether the embedded ZooKeeper is what these settings ask for: it is enabled and no ensemble is named. */
    boolean asksForEmbedded() {
        return this.connectString == null && this.embedded.enabled();
    }

    /**
     * This service's user in ZooKeeper, of the scheme digest. With it, any client may read what the service creates there, and no other
     * user may change it.
     *
     * @param username The user's name, the same for all replicas.
     * @param password The user's password. Give it in the environment or in a file of a configuration tree rather than as
     * an argument, which every user of the machine can read.
     */
    public record Auth(@Nullable String username, @Nullable String password) {

        /** Takes empty texts for none. */
        public Auth {
            username = username == null || username.isEmpty() ? null : username;
            password = password == null || password.isEmpty() ? null : password;
        }

        /**
         * Returns the credentials for the scheme digest; null when there is no user.
         *
         * @throws FailureAnalyzedException when one of the two is missing, or the user's name contains a colon
         */
        byte @Nullable [] digest() {
            if ((username == null) != (password == null)) {
                String missing = username == null ? "username" : "password";
                throw new FailureAnalyzedException(
                        "zookeeper.auth.%s is missing, while the other of the two is set.".formatted(missing),
                        "Set zookeeper.auth.username and zookeeper.auth.password, or neither.");
            }
            if (username == null) {
                return null;
            }
            if (username.indexOf(':') >= 0) {
                throw new FailureAnalyzedException(
                        "zookeeper.auth.username is \"%s\". It must not contain a colon.".formatted(username),
                        "Correct zookeeper.auth.username; the password may contain colons.");
            }
            return (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        }

        /** Hides the password. */
        @Override
        public String toString() {
            return "Auth[username=" + username + ", password=" + (password == null ? "null" : "******") + "]";
        }
    }

    /**
     * TLS to ZooKeeper.
     *
     * @param bundle Name of the SSL bundle, below spring.ssl.bundle, with the certificates to trust and, if the servers ask
     * for it, this instance's own key and certificate. With it, the ports of the connect string are those that speak TLS,
     * and its names have to be in the servers' certificates.
     */
    public record Ssl(
            @Nullable @Pattern(regexp = "[A-Za-z0-9._-]+", message = BUNDLE)
            String bundle) {

        private static final String BUNDLE = "must be the name of a bundle below spring.ssl.bundle, such as zookeeper,"
                + " of letters, digits, dots, hyphens and underscores";

        /** Takes an empty name for none. */
        public Ssl {
            bundle = bundle == null || bundle.isBlank() ? null : bundle;
        }
    }

    /**
     * The embedded ZooKeeper, for a trial on one machine only.
     *
     * @param enabled Whether to start a ZooKeeper server in this process when there is no connect string, or to join
     * the one that already serves the port. Replicas on several machines would each elect themselves.
     * @param port Port of the server on 127.0.0.1. With 0, any free one, nobody can join.
     * @param dataDirectory Directory of the server's data, kept over restarts. By default one for this user and port in
     * the temporary directory, or with port 0 one that is removed at the end.
     */
    public record Embedded(
            @DefaultValue("false") boolean enabled,

            @DefaultValue("2181") @Min(value = 0, message = PORT) @Max(value = 65535, message = PORT)
            int port,

            @Nullable Path dataDirectory) {

        private static final String PORT = "must be a port from 1 to 65535, or 0 for any free one";
    }
}
