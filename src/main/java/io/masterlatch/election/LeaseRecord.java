package io.masterlatch.election;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The content of the lease node: one line of text.
 *
 * <pre>
 * masterlatch 1 &lt;holder&gt; &lt;nonce&gt; &lt;lease in ms&gt; &lt;epoch, or - in the record of a claim&gt; &lt;address&gt;
 * masterlatch 1 released &lt;nonce&gt; [by &lt;address&gt;] [for &lt;holder id&gt;]
 * </pre>
 *
 * Further words at the end are ignored. Anything else is {@link Kind#UNREADABLE}: held by an unknown holder for the
 * longest lease.
 *
 * @param kind the form of the record
 * @param holder the id of the latch that holds the lease; null when none does, or an unknown one
 * @param nonce identifies the write; null when unreadable
 * @param length the length of the lease; the longest possible one when unreadable
 * @param epoch the epoch of the mastership; zero in the record of a claim, whose own transaction id is the epoch
 * @param address the holder's address, or that of the former holder; null when not given
 * @param successor the id of the latch that the lease was released for; null when it is for any
 */
public record LeaseRecord(
        Kind kind,
        @Nullable String holder,
        @Nullable String nonce,
        Duration length,
        long epoch,
        @Nullable String address,
        @Nullable String successor) {

    /** The shortest lease. */
    public static final Duration SHORTEST = Duration.ofMillis(100);
    /** The longest lease; a longer one in a record counts as this. */
    public static final Duration LONGEST = Duration.ofSeconds(60);

    private static final String START = "masterlatch 1 ";
    private static final String NONE = "-";
    private static final int MAX_BYTES = 1024;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    /** The forms of a record. */
    public enum Kind {
        /** The lease is held until it lapses. */
        HELD,
        /** No instance holds the lease. */
        RELEASED,
        /** Not written by this software: held by an unknown holder until the longest lease lapses. */
        UNREADABLE
    }

    /** A record of a holder; epoch zero for a claim. */
    static LeaseRecord held(String holder, String nonce, Duration length, long epoch, String address) {
        return new LeaseRecord(Kind.HELD, holder, nonce, length, epoch, address, null);
    }

    /**
     * A record that no instance holds and that lapses: it replaces a lease node that was deleted while a lease may have
     * run.
     */
    static LeaseRecord lapsing(String nonce, Duration length) {
        return new LeaseRecord(Kind.HELD, null, nonce, length, 0, null, null);
    }

    static LeaseRecord released(String nonce, @Nullable String by, @Nullable String successor) {
        return new LeaseRecord(Kind.RELEASED, null, nonce, Duration.ZERO, 0, by, successor);
    }

    /** Reads the data of the lease node, which may have none; never fails. */
    public static LeaseRecord of(byte @Nullable [] data) {
        LeaseRecord unreadable = new LeaseRecord(Kind.UNREADABLE, null, null, LONGEST, 0, null, null);
        if (data == null || data.length > MAX_BYTES) {
            return unreadable;
        }
        String text = new String(data, StandardCharsets.UTF_8);
        String[] words = text.strip().split(" ");
        if (!text.startsWith(START)
                || words.length < 4
                || text.chars().anyMatch(c -> c < ' ' && c != '\n' || c == MasterData.MALFORMED)) {
            return unreadable;
        }
        if (words[2].equals("released")) {
            return released(words[3], after("by", words), after("for", words));
        }
        if (words.length < 7
                || !NUMBER.matcher(words[4]).matches()
                || !(words[5].equals(NONE) || NUMBER.matcher(words[5]).matches())
                || Long.parseLong(words[4]) < SHORTEST.toMillis()) {
            return unreadable;
        }
        Duration length = Duration.ofMillis(Math.min(Long.parseLong(words[4]), LONGEST.toMillis()));
        long epoch = words[5].equals(NONE) ? 0 : Long.parseLong(words[5]);
        return new LeaseRecord(Kind.HELD, orNull(words[2]), words[3], length, epoch, orNull(words[6]), null);
    }

    /** Returns the record as one line of UTF-8. */
    public byte[] bytes() {
        String text = switch (kind) {
            case HELD ->
                START + orDash(holder) + " " + nonce + " " + length.toMillis() + " " + (epoch == 0 ? NONE : epoch) + " "
                        + orDash(address);
            case RELEASED ->
                START + "released " + nonce + (address == null ? "" : " by " + address)
                        + (successor == null ? "" : " for " + successor);
            case UNREADABLE -> throw new IllegalStateException("An unreadable record is never written");
        };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns whether it was released and may be claimed at once. */
    public boolean isReleased() {
        return kind == Kind.RELEASED;
    }

    /** Returns the address, or words for a holder that is not known. */
    String holderName() {
        return address != null ? address : "an unknown holder";
    }

    private static @Nullable String after(String key, String[] words) {
        for (int i = 4; i + 1 < words.length; i += 2) {
            if (words[i].equals(key)) {
                return words[i + 1];
            }
        }
        return null;
    }

    private static @Nullable String orNull(String word) {
        return word.equals(NONE) ? null : word;
    }

    private static String orDash(@Nullable String word) {
        return word == null ? NONE : word;
    }
}
