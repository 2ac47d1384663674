package io.masterlatch.election;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Formats times as the service writes them everywhere: in UTC, to the millisecond. */
public final class UtcMillis {

    // Unlike Instant.toString, it always writes the three digits.
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private UtcMillis() {}

    /** Formats a time, for example {@code 2026-11-22T07:35:00.000Z}. */
    public static String text(Instant time) {
        return MILLIS.format(time);
    }
}
