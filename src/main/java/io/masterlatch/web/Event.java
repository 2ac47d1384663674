package io.masterlatch.web;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream.
 *
 * @param bytes what is sent
 * @param gist the same without spans of time: that a lease lapsed 20 ms ago, and then 40, is no change
 */
record Event(byte[] bytes, String gist) {

    private static final Pattern SPAN = Pattern.compile("\\b[0-9]+ m?s\\b");

    /** Creates an event from a line of JSON. Its id is the epoch of the master, if there is one. */
    static Event of(String name, @Nullable Long epoch, byte[] json) {
        String id = epoch != null ? "id: " + epoch + "\n" : "";
        String text = "event: " + name + "\n" + id + "data: " + new String(json, StandardCharsets.UTF_8) + "\n\n";
        return new Event(
                text.getBytes(StandardCharsets.UTF_8), SPAN.matcher(text).replaceAll(""));
    }
}
