package io.masterlatch;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which ZooKeeper holds the election, and how to talk to it. A property under {@code zookeeper} that is not one of
 * these ends the start: a misspelt connect string must not quietly mean an embedded server.
 *
 * @param connectString The ensemble's servers, host:port with commas between, with an optional chroot at the end, such
 * as zk1:2181,zk2:2181,zk3:2181/app. Always wins over the embedded server.
 * @param sessionTimeout How long ZooKeeper waits for a sign of life of the master before another may follow, from 1s to
 * 10m. The server negotiates: by default it grants from 4 s to 40 s.
 * @param connectionTimeout How long an attempt to reach ZooKeeper may take, from 100ms to 10m.
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

        @DefaultValue @Valid Embedded embedded) {

    /** Takes an empty connect string for none, and the spaces around its commas away, as ZooKeeper does. */
    public ZooKeeperProperties {
        connectString = connectString == null || connectString.isBlank()
                ? null
                : connectString.strip().replaceAll("\\s*,\\s*", ",");
    }

    /** Tells whether the embedded ZooKeeper is what these settings ask for: it is enabled and no ensemble is named. */
    boolean asksForEmbedded() {
        return this.connectString == null && this.embedded.enabled();
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
