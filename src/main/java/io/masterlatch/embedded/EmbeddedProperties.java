package io.masterlatch.embedded;

import io.masterlatch.autoconfigure.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The embedded ZooKeeper, for a trial on one machine only.
 *
 * @param enabled Whether to start a ZooKeeper server in this process when there is no connect string, or to join the
 * one that already serves the port. Replicas on several machines would each elect themselves.
 * @param port Port of the server on 127.0.0.1, from 0 to 65535. With 0, any free one, no other instance can join.
 * @param dataDirectory Directory of the server's data, kept over restarts. By default one for this user and port in
 * the temporary directory, or with port 0 one that is removed at the end.
 */
@ConfigurationProperties("masterlatch.zookeeper.embedded")
record EmbeddedProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("2181") int port,
        @Nullable Path dataDirectory) {

    EmbeddedProperties {
        Settings.number("masterlatch.zookeeper.embedded.port", port, 0, 65535, "a port, or 0 for any free one,");
        dataDirectory = dataDirectory == null || dataDirectory.toString().isBlank() ? null : dataDirectory;
    }
}
