package io.masterlatch.web;

import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/**
 * What a client already knows, and how long it waits for something else.
 *
 * @param known the entity tags in {@code If-None-Match}; null without that header
 * @param seconds how long it waits; 0 when it does not
 */
record ConditionalRequest(@Nullable List<ETag> known, int seconds) {

    /** The longest wait in seconds. Longer ones are cut to it: many proxies on the way wait for 60 seconds. */
    static final int LONGEST_WAIT = 50;

    private static final String NUMBER = "\\d+(?:\\.\\d+)?";
    private static final Pattern QUOTED = Pattern.compile("\"(?:(" + NUMBER + ")\"|(?:[^\"\\\\]++|\\\\.)*+\"?)");
    private static final Pattern WAIT = Pattern.compile("(?i)\\s*wait\\s*=\\s*(" + NUMBER + ")\\s*(?:;.*)?");

    static ConditionalRequest of(HttpServletRequest request) {
        String known = header(request, HttpHeaders.IF_NONE_MATCH);
        String preferences = header(request, "Prefer");
        return new ConditionalRequest(
                known == null ? null : ETag.parse(known), preferences == null ? 0 : wait(preferences));
    }

    /** Returns whether this is new to the client. A master is new to a client that knows nothing. */
    boolean isAnsweredBy(Representation representation) {
        return known == null ? representation.found() : !knows(representation);
    }

    /**
     * Returns whether the client has this already. What a proxy puts behind a tag, such as {@code -gzip}, does not
     * count.
     */
    boolean knows(Representation representation) {
        if (known == null) {
            return false;
        }
        String present = representation.tag().tag();
        return known.stream()
                .anyMatch(tag ->
                        tag.isWildcard() ? representation.found() : tag.tag().startsWith(present));
    }

    private static @Nullable String header(HttpServletRequest request, String name) {
        return request.getHeader(name) == null ? null : String.join(",", Collections.list(request.getHeaders(name)));
    }

    /** Reads the preference {@code wait} of RFC 7240. The first one counts; a malformed one is ignored. */
    private static int wait(String preferences) {
        // A number means the same with and without quotes. Whatever else is quoted may contain commas.
        String unquoted =
                QUOTED.matcher(preferences).replaceAll(quoted -> quoted.group(1) != null ? quoted.group(1) : "quoted");
        for (String preference : unquoted.split(",")) {
            Matcher wait = WAIT.matcher(preference);
            if (wait.matches()) {
                return new BigDecimal(wait.group(1))
                        .min(BigDecimal.valueOf(LONGEST_WAIT))
                        .setScale(0, RoundingMode.CEILING)
                        .intValue();
            }
        }
        return 0;
    }
}
