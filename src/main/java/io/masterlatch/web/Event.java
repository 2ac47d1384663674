package io.masterlatch.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream, ready to be sent.
 *
 * @param bytes as they go over the wire
 * @param tag the entity tag: another one when anything but a span of time differs; weak, as all formats share it
 */
record Event(byte[] bytes, String tag) {

    private static final int TAG_BYTES = 8;
    private static final Pattern SPAN = Pattern.compile("\\b[0-9]+ m?s\\b");

    /** Makes an event of a line of JSON; its id is the master's epoch, if there is a master. */
    static Event of(String name, @Nullable Long epoch, byte[] json) {
        String id = epoch != null ? "id: " + epoch + "\n" : "";
        String text = "event: " + name + "\n" + id + "data: " + new String(json, StandardCharsets.UTF_8) + "\n\n";
        // That a lease lapsed 20 ms ago, and then 40, is no news.
        byte[] digest = digest(bytes(SPAN.matcher(text).replaceAll("")));
        return new Event(bytes(text), "W/\"" + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + "\"");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }
}
