package io.masterlatch.web;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What a caller has already, and for how long it would rather wait than be told that again.
 *
 * @param known the value of {@code If-None-Match}: entity tags, or {@code *}; null when there is none
 * @param seconds how long it waits, 0 when it does not; never more than {@link #LONGEST_WAIT}
 */
record Question(@Nullable String known, int seconds) {

    /** What any longer wait is cut to: short enough for the proxies on the way. */
    static final int LONGEST_WAIT = 60;

    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"?");
    private static final Pattern WAIT = Pattern.compile("(?i)\\s*wait\\s*=\\s*(\\d+)\\s*(?:;.*)?");
    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    static Question of(HttpServletRequest request) {
        return new Question(header(request, HttpHeaders.IF_NONE_MATCH), wait(header(request, "Prefer")));
    }

    Duration time() {
        return Duration.ofSeconds(seconds);
    }

    /** Whether this tells the caller something it does not have yet; to one that has nothing, that is a master. */
    boolean isAnsweredBy(Report report) {
        return known == null ? report.found() : !knows(report);
    }

    /** Whether the caller has exactly this. */
    boolean knows(Report report) {
        if (known == null) {
            return false;
        }
        if (known.equals("*")) {
            return report.found();
        }
        Matcher tags = TAG.matcher(known);
        while (tags.find()) {
            // Weak comparison: the two may differ in the W/.
            if (report.tag().endsWith(tags.group(1))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String header(HttpServletRequest request, String name) {
        String first = request.getHeader(name);
        if (first == null) {
            return null;
        }
        List<String> all = Collections.list(request.getHeaders(name));
        return all.size() == 1 ? first.strip() : all.stream().map(String::strip).collect(Collectors.joining(","));
    }

    /** Reads the preference {@code wait} of RFC 7240: the first one counts, and one that is malformed does not exist. */
    private static int wait(@Nullable String preferences) {
        if (preferences == null) {
            return 0;
        }
        for (String preference :
                QUOTED.matcher(preferences).replaceAll("quoted").split(",")) {
            Matcher wait = WAIT.matcher(preference);
            if (wait.matches()) {
                return seconds(wait.group(1));
            }
        }
        return 0;
    }

    private static int seconds(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > 2 ? LONGEST_WAIT : Math.min(Integer.parseInt(significant), LONGEST_WAIT);
    }
}
