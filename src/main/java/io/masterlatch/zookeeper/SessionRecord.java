package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A session as it stands in a {@link SessionFile}: a few lines of text, the last of them a checksum of the others.
 *
 * @param servers the ensemble's servers, {@code host:port} with commas between
 * @param bundle the name of the keys and certificates by which they are reached through TLS; null without TLS
 * @param session the session's id
 * @param password the session's password, in hex
 * @param timeout the session's timeout, in milliseconds
 * @param boot which start of which machine the process ran under
 * @param file which file this was written to
 */
record SessionRecord(
        String servers,
        @Nullable String bundle,
        long session,
        String password,
        long timeout,
        String boot,
        String file) {

    /** How each version of the text begins, so that nobody else's file is taken for one of ours. */
    static final String MARK = "masterlatch session ";

    private static final int VERSION = 1;

    private static final int DEFAULT_PORT = 2181;

    private static final Pattern TEXT = Pattern.compile("(" + MARK + VERSION + "\n"
            + "servers (?<servers>\\S+)\n"
            // Only with TLS, and so unreadable for a version that could not reach the servers anyway.
            + "(?:tls (?<bundle>\\S+)\n)?"
            + "session 0x(?<session>[0-9a-f]{16})\n"
            + "password (?<password>(?:[0-9a-f]{2}){0,64})\n"
            + "timeout (?<timeout>\\d{1,9})\n"
            + "boot (?<boot>\\S+)\n"
            + "file (?<file>\\S+)\n)"
            + "crc32c (?<sum>[0-9a-f]{8})\n");

    static SessionRecord of(
            String servers,
            @Nullable String bundle,
            long session,
            byte[] password,
            Duration timeout,
            String boot,
            String file) {
        return new SessionRecord(
                servers, bundle, session, HexFormat.of().formatHex(password), timeout.toMillis(), boot, file);
    }

    /** Reads the text; empty when it is damaged in any way, or of another version. */
    static Optional<SessionRecord> parse(byte[] bytes) {
        Matcher text = TEXT.matcher(new String(bytes, UTF_8));
        if (!text.matches() || !text.group("sum").equals(sum(text.group(1)))) {
            return Optional.empty();
        }
        return Optional.of(new SessionRecord(
                text.group("servers"),
                text.group("bundle"),
                Long.parseUnsignedLong(text.group("session"), 16),
                text.group("password"),
                Long.parseLong(text.group("timeout")),
                text.group("boot"),
                text.group("file")));
    }

    byte[] bytes() {
        String text = MARK + VERSION + "\n"
                + "servers " + servers + "\n"
                + (bundle == null ? "" : "tls " + bundle + "\n")
                + "session " + id() + "\n"
                + "password " + password + "\n"
                + "timeout " + timeout + "\n"
                + "boot " + boot + "\n"
                + "file " + file + "\n";
        return (text + "crc32c " + sum(text) + "\n").getBytes(UTF_8);
    }

    /** The session's id as ZooKeeper's own logs write it, except that these leave out zeros in front. */
    String id() {
        return "0x" + HexFormat.of().toHexDigits(session);
    }

    byte[] secret() {
        return HexFormat.of().parseHex(password);
    }

    /** Whether at least one server is the same, as it is when an ensemble is enlarged or listed in another order. */
    boolean sharesServerWith(String others) {
        Set<String> ours = addresses(servers).collect(Collectors.toSet());
        return addresses(others).anyMatch(ours::contains);
    }

    /** The servers one by one, each with its port. */
    static Stream<String> addresses(String servers) {
        return Arrays.stream(servers.split(","))
                .map(server -> server.strip().toLowerCase(Locale.ROOT))
                .filter(server -> !server.isEmpty())
                .map(server -> server.matches(".*:\\d+") ? server : server + ":" + DEFAULT_PORT);
    }

    private static String sum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /** Says nothing of the password. */
    @Override
    public String toString() {
        return "session " + id() + " at " + servers;
    }
}
