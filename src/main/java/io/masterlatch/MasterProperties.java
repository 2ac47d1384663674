package io.masterlatch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The election that this instance takes part in, and its address there. A property under {@code master} that is not one of these ends
 * the start: a misspelt setting must not quietly mean its default.
 *
 * @param path Path of the ephemeral znode that the master holds.
 * @param address Address under which others reach this instance, host:port, IPv6 as [2001:db8::7]:8080. By default this
 * host's name and the real HTTP port.
 * @param stand Whether this instance is a candidate. When false, it only observes.
 * @param lease How long the mastership outlasts the last renewal, from 500ms to 60s and at most half of
 * zookeeper.session-timeout. After a crash the next master follows after 1.2 times this.
 */
@Validated
@ConfigurationProperties(prefix = "master", ignoreUnknownFields = false)
public record MasterProperties(
        @DefaultValue("/master") @ZnodePath String path,
        @Nullable @HostAndPort String address,
        @DefaultValue("true") boolean stand,

        @DefaultValue("3s") @DurationRange(min = "500ms", max = "60s")
        Duration lease) {

    /** Treats an empty address as none, as an unset variable in a shell gives one. */
    public MasterProperties {
        address = address == null || address.isBlank() ? null : address.strip();
    }
}
