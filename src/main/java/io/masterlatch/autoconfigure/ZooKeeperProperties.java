package io.masterlatch.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which ZooKeeper holds the election, and how to reach it.
 *
 * @param connectString The ensemble's servers, host:port with commas between, with an optional chroot at the end, such
 * as zk1:2181,zk2:2181,zk3:2181/app. It wins over the embedded server and over a client of the application.
 * @param sessionTimeout How long ZooKeeper keeps what an instance owns after it last heard of it, from 1s to 10m and at
 * least twice masterlatch.lease. The server negotiates: by default it grants from 4 s to 40 s.
 * @param connectionTimeout How long an attempt to reach ZooKeeper may take, from 100ms to 10m.
 * @param auth The user of this instance in ZooKeeper.
 * @param ssl TLS to ZooKeeper.
 */
@ConfigurationProperties("masterlatch.zookeeper")
record ZooKeeperProperties(
        @Nullable String connectString,
        @DefaultValue(SESSION) Duration sessionTimeout,
        @DefaultValue(CONNECTION) Duration connectionTimeout,
        @DefaultValue Auth auth,
        @DefaultValue Ssl ssl) {

    private static final String CONNECT_STRING = "masterlatch.zookeeper.connect-string";
    private static final String SESSION = "10s";
    private static final String CONNECTION = "5s";

    ZooKeeperProperties {
        ConnectString.of(CONNECT_STRING, connectString);
        Settings.duration("masterlatch.zookeeper.session-timeout", sessionTimeout, "1s", "10m");
        Settings.duration("masterlatch.zookeeper.connection-timeout", connectionTimeout, "100ms", "10m");
    }

    /** Returns the servers that are named; null when none are. */
    @Nullable
    ConnectString servers() {
        return ConnectString.of(CONNECT_STRING, connectString);
    }

    /** Returns the first setting of a client that differs from the default; null when none does. */
    @Nullable
    String firstOfAClient() {
        String name = ssl.bundle() != null
                ? "ssl.bundle"
                : auth.username() != null
                        ? "auth.username"
                        : !Settings.text(sessionTimeout).equals(SESSION)
                                ? "session-timeout"
                                : !Settings.text(connectionTimeout).equals(CONNECTION) ? "connection-timeout" : null;
        return name == null ? null : "masterlatch.zookeeper." + name;
    }

    /**
     * The user of this instance in ZooKeeper, of the scheme digest. With it, any client may read what the instance
     * creates there, and no other user may change it.
     *
     * @param username The user's name, the same for all replicas.
     * @param password The user's password. Give it in the environment or in a file of a configuration tree rather than
     * as an argument, which every user of the machine can read.
     */
    record Auth(@Nullable String username, @Nullable String password) {

        Auth {
            username = username == null || username.isEmpty() ? null : username;
            password = password == null || password.isEmpty() ? null : password;
            if ((username == null) != (password == null)) {
                throw new InvalidSettingException(
                        "masterlatch.zookeeper.auth." + (username == null ? "username" : "password"),
                        null,
                        "must be set, since the other of username and password is");
            }
            if (username != null && username.indexOf(':') >= 0) {
                throw new InvalidSettingException(
                        "masterlatch.zookeeper.auth.username", username, "must not contain a colon; the password may");
            }
        }

        /** Returns the credentials for the scheme digest; null when there is no user. */
        byte @Nullable [] digest() {
            return username == null ? null : (username + ":" + password).getBytes(StandardCharsets.UTF_8);
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
     * @param bundle Name of the SSL bundle, below spring.ssl.bundle, with the certificates to trust and, if the servers
     * ask for it, this instance's own key and certificate. With it, the ports of the connect string are those that
     * speak TLS, and its names have to be in the servers' certificates.
     */
    record Ssl(@Nullable String bundle) {

        Ssl {
            bundle = Settings.text(bundle);
            if (bundle != null && !bundle.matches("[A-Za-z0-9._-]+")) {
                throw new InvalidSettingException(
                        "masterlatch.zookeeper.ssl.bundle",
                        bundle,
                        "must be the name of a bundle below spring.ssl.bundle, such as zookeeper, of letters, digits,"
                                + " dots, hyphens and underscores");
            }
        }
    }
}
