package io.masterlatch.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What an instance logs from a moment on. */
public final class LogExcerpt {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ServiceProcess instance;
    private final int mark;

    private LogExcerpt(ServiceProcess instance) {
        this.instance = instance;
        this.mark = instance.log().length();
    }

    /** Begins an excerpt with what the instance logs next. */
    public static LogExcerpt of(ServiceProcess instance) {
        return new LogExcerpt(instance);
    }

    /** Returns the lines in which the pattern is found. */
    public List<String> lines(String pattern) {
        return instance.log()
                .substring(mark)
                .lines()
                .filter(Pattern.compile(pattern).asPredicate())
                .toList();
    }

    /**
     * Returns the lines in which the pattern is found, from the first one with the other pattern on. The log is written
     * behind the answers: an excerpt may begin with lines of what was over before it.
     */
    public List<String> linesFrom(String first, String pattern) {
        Pattern start = Pattern.compile(first);
        return instance.log()
                .substring(mark)
                .lines()
                .dropWhile(line -> !start.matcher(line).find())
                .filter(Pattern.compile(pattern).asPredicate())
                .toList();
    }

    /** Waits for a line in which the pattern is found, and returns the first. */
    public String awaitLine(String pattern) {
        return await(instance + " logs " + pattern)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(() -> lines(pattern), lines -> !lines.isEmpty())
                .get(0);
    }
}
