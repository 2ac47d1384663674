package io.masterlatch.election;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The content of the master's node: an address in UTF-8, or any data of another program.
 *
 * @param address the text of the node; null when it is no readable text
 * @param problem what is wrong with it, in words; null when it is a proper {@code host:port}
 */
public record MasterData(@Nullable String address, @Nullable String problem) {

    /** The maximum length, above that of any {@code host:port}. Longer data is not read. */
    public static final int MAX_BYTES = 512;

    /** What a decoder puts in place of bytes that are not UTF-8. */
    static final char MALFORMED = '\uFFFD';

    // So that an address and a URL fit together, as do an address and the other words of a lease record.
    private static final int LONGEST_ADDRESS = MAX_BYTES - Candidate.LONGEST_URL - 1;
    // The port is checked as a number, so that 99999 is refused.
    private static final Pattern HOST_PORT = Pattern.compile("(?:\\[[0-9A-Fa-f:.%]+]|[^\\s:/\\[\\]]+):([0-9]{1,5})");

    /** Parses the data of a node, which may have none. */
    public static MasterData of(byte @Nullable [] data) {
        if (data == null || data.length == 0) {
            return new MasterData(null, "its data is empty");
        }
        if (data.length > MAX_BYTES) {
            return tooLong(data.length);
        }
        String text = new String(data, StandardCharsets.UTF_8);
        if (text.indexOf(MALFORMED) >= 0) {
            return new MasterData(null, "its data is binary (" + data.length + " bytes)");
        }
        if (text.isBlank() || text.codePoints().anyMatch(MasterData::unprintable)) {
            return new MasterData(null, "its data is no printable text (" + data.length + " bytes)");
        }
        return isHostPort(text)
                ? new MasterData(text, null)
                : new MasterData(text, "its data is \"" + text + "\", not host:port");
    }

    /** Returns the result for data of that length, which is not read. */
    public static MasterData tooLong(int length) {
        return new MasterData(null, "its data has " + length + " bytes, more than any host:port");
    }

    /**
     * Returns whether a text is {@code host:port} with a port from 1 to 65535, and an IPv6 address in brackets. It is
     * printable, and no longer than a name in DNS with its port.
     */
    public static boolean isHostPort(String text) {
        Matcher matcher = HOST_PORT.matcher(text);
        if (!matcher.matches()
                || text.getBytes(StandardCharsets.UTF_8).length > LONGEST_ADDRESS
                || text.codePoints().anyMatch(MasterData::unprintable)) {
            return false;
        }
        int port = Integer.parseInt(matcher.group(1));
        return port >= 1 && port <= 65535;
    }

    private static boolean unprintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
