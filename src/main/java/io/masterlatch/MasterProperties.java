package io.masterlatch;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What this instance stands for, and under which name. A property under {@code master} that is not one of these ends
 * the start: a misspelt setting must not quietly mean its default.
 *
 * @param path Path of the ephemeral znode that the master holds.
 * @param address Address under which others reach this instance, host:port, IPv6 as [2001:db8::7]:8080. By default this
 * host's name and the real HTTP port.
 * @param stand Whether this instance stands for master. When false, it only observes who is.
 * @param sessionFile File in which this instance keeps its ZooKeeper session, so that it can be closed, and another be
 * master, as soon as this instance has been killed and is started again, or the command release has been run. One for each
 * instance, on a local file system. By default none, and the session lasts until it expires.
 */
@Validated
@ConfigurationProperties(prefix = "master", ignoreUnknownFields = false)
public record MasterProperties(
        @DefaultValue("/master") @ZnodePath String path,
        @Nullable @HostAndPort String address,
        @DefaultValue("true") boolean stand,
        @Nullable @CreatableFile String sessionFile) {

    /** Takes an empty address or file for none, as an unset variable in a shell gives one. */
    public MasterProperties {
        address = address == null || address.isBlank() ? null : address.strip();
        sessionFile = sessionFile == null || sessionFile.isBlank() ? null : sessionFile.strip();
    }
}
