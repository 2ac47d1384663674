package io.masterlatch.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and an optional port. Checks the grammar of both, without a name server.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port from 1 to 65535; null when none is given
 */
record HostAndPort(String host, @Nullable Integer port) {

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]]*)(?::(\\d{1,5}))?");

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}"
                    + "[A-Za-z0-9_])?)*\\.?");

    private static final Pattern NUMERIC_END = Pattern.compile("(.*\\.)?\\d+\\.?");

    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

    /** Parses a text. Returns null when it is not a host with an optional port. */
    static @Nullable HostAndPort of(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (!matcher.matches() || !isHost(matcher.group(1))) {
            return null;
        }
        if (matcher.group(2) == null) {
            return new HostAndPort(matcher.group(1), null);
        }
        int port = Integer.parseInt(matcher.group(2));
        return port >= 1 && port <= 65535 ? new HostAndPort(matcher.group(1), port) : null;
    }

    /** Checks that an address is one that others can call. */
    static void checkReachable(String name, String text) {
        HostAndPort address = of(text);
        if (address == null || address.port == null || address.isWildcard()) {
            throw new InvalidSettingException(
                    name,
                    text,
                    "must be host:port, such as master1.example.com:8080, 10.0.0.7:8080 or [2001:db8::7]:8080: a host"
                            + " name or an address that others can reach (not 0.0.0.0 or [::]), and a port from 1 to 65535");
        }
    }

    private static boolean isHost(String host) {
        if (host.startsWith("[")) {
            return address(host) != null;
        }
        // A name never ends in a number (RFC 3696), so 10.0.0 or 300.1.1.1 is a mistyped address.
        return NUMERIC_END.matcher(host).matches()
                ? IPV4.matcher(host).matches()
                : host.length() <= 253 && NAME.matcher(host).matches();
    }

    /** Whether only this machine reaches it, as far as the text says. */
    boolean isLoopback() {
        String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        InetAddress ipv6 = host.startsWith("[") ? address(host) : null;
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("localhost.localdomain")
                || host.startsWith("127.") && IPV4.matcher(host).matches()
                || ipv6 != null && ipv6.isLoopbackAddress();
    }

    private boolean isWildcard() {
        InetAddress ipv6 = host.startsWith("[") ? address(host) : null;
        return host.equals("0.0.0.0") || ipv6 != null && ipv6.isAnyLocalAddress();
    }

    private static @Nullable InetAddress address(String bracketed) {
        try {
            // In brackets the text is parsed and never looked up.
            return InetAddress.getByName(bracketed);
        } catch (UnknownHostException ex) {
            return null;
        }
    }
}
