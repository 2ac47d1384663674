package io.masterlatch.autoconfigure;

import io.masterlatch.election.Candidate;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The election that this instance takes part in, and its address there.
 *
 * @param path Path of the ephemeral znode that the master holds.
 * @param name Name of the election in answers, notifications, logs and metrics. By default the path.
 * @param address Address under which others reach this instance, host:port, IPv6 as [2001:db8::7]:8080. By default this
 * host's name and the real HTTP port.
 * @param url Where the service of this instance is reached, http or https, for people and for links to its page. By
 * default it is derived from server.address, server.ssl, the real HTTP port and the context path, and there is none
 * without a web server.
 * @param candidate Whether this instance is a candidate. When false, it only observes.
 * @param lease How long the mastership outlasts the last renewal, from 500ms to 60s and at most half of
 * masterlatch.zookeeper.session-timeout. After a crash the next master follows after 1.2 times this.
 * @param mode A fixed answer in place of an election, for tests and development without ZooKeeper: with always this
 * instance is the master, under the epoch 0; with never it observes and there is no master. It excludes
 * masterlatch.zookeeper.connect-string, masterlatch.zookeeper.embedded.enabled and a CuratorFramework bean.
 */
@ConfigurationProperties("masterlatch")
record MasterLatchProperties(
        @DefaultValue("/master") String path,
        @Nullable String name,
        @Nullable String address,
        @Nullable String url,
        @DefaultValue("true") boolean candidate,
        @DefaultValue("3s") Duration lease,
        @Nullable Mode mode) {

    MasterLatchProperties {
        ZnodePath.check("masterlatch.path", path);
        name = Objects.requireNonNullElse(Settings.text(name), path);
        address = Settings.text(address);
        if (address != null) {
            HostAndPort.checkReachable("masterlatch.address", address);
        }
        url = Settings.text(url);
        if (url != null && !Candidate.isUrl(url)) {
            throw new InvalidSettingException(
                    "masterlatch.url",
                    url,
                    "must begin with http:// or https:// and a host, such as https://master1.example.com:8443/latch/, without a"
                            + " user, a query (?) or a fragment (#), in ASCII and at most %d characters long"
                                    .formatted(Candidate.LONGEST_URL));
        }
        Settings.duration("masterlatch.lease", lease, "500ms", "60s");
        if (mode == Mode.ALWAYS && !candidate) {
            throw new InvalidSettingException(
                    "masterlatch.candidate", false, "must be true or left out, since " + mode.words());
        }
    }
}
