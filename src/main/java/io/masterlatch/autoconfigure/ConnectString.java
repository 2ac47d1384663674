package io.masterlatch.autoconfigure;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The servers of an ensemble.
 *
 * @param hosts the servers, host:port with commas between
 * @param chroot the path below which everything is kept, such as {@code /app}; empty when there is none
 */
public record ConnectString(String hosts, String chroot) {

    private static final String RULE =
            "must be the ensemble's servers as host:port with commas between, with an optional chroot at"
                    + " the very end, such as zk1.example.com:2181,zk2.example.com:2181,[2001:db8::3]:2181/app: ports from 1"
                    + " to 65535 (2181 when left out), no empty entry, a chroot only once and without / at its end";

    /**
     * Parses a connect string. This is stricter than ZooKeeper's parser, which ignores empty entries and cuts an IPv6
     * address without brackets.
     *
     * @param name full name of the setting
     * @param text the connect string; space around its commas is ignored
     * @return the connect string; null when the text is empty
     * @throws InvalidSettingException when it is not a connect string
     */
    static @Nullable ConnectString of(String name, @Nullable String text) {
        String value = Settings.text(text);
        if (value == null) {
            return null;
        }
        String compact = value.replaceAll("\\s*,\\s*", ",");
        int slash = compact.indexOf('/');
        String hosts = slash < 0 ? compact : compact.substring(0, slash);
        String chroot = slash < 0 ? "/" : compact.substring(slash);
        if (!ZnodePath.isPath(chroot)
                || chroot.indexOf(',') >= 0
                || Stream.of(hosts.split(",", -1)).anyMatch(server -> HostAndPort.of(server) == null)) {
            throw new InvalidSettingException(name, text, RULE);
        }
        return new ConnectString(hosts, chroot.equals("/") ? "" : chroot);
    }

    @Override
    public String toString() {
        return hosts + chroot;
    }
}
