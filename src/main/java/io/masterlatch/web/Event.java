package io.masterlatch.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream, ready to be sent.
 *
 * @param bytes as they go over the wire
 * @param tag the entity tag of what is told: another one when anything in it is another; weak, as all formats share it
 */
record Event(byte[] bytes, String tag) {

    private static final int TAG_BYTES = 8;

    /** Makes an event of a line of JSON; its id is the master's epoch, if there is a master. */
    static Event of(String name, @Nullable Long epoch, byte[] json) {
        String id = epoch != null ? "id: " + epoch + "\n" : "";
        String text = "event: " + name + "\n" + id + "data: " + new String(json, StandardCharsets.UTF_8) + "\n\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Event(bytes, "W/\"" + HexFormat.of().formatHex(digest(bytes), 0, TAG_BYTES) + "\"");
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
