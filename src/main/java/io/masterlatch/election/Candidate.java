package io.masterlatch.election;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A candidate, with what only its node's content says: its address and, behind a space, its URL if it has one.
 *
 * @param node the place in the queue
 * @param address the address it advertises; null when the content is not readable text
 * @param url where its own service is reached, http or https; null when the content names none. Any client may have
 * written it
 * @param since since when it has been in the queue, by the clock of ZooKeeper's leader
 * @param session the session that owns the node
 */
public record Candidate(
        CandidateNode node,
        @Nullable String address,
        @Nullable String url,
        Instant since,
        long session) {

    /** The longest URL, so that the content is no longer than {@link MasterData#MAX_BYTES}. */
    public static final int LONGEST_URL = 250;

    private static final Pattern URL =
            Pattern.compile("(?i)https?://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[1-9][0-9]{0,4})?"
                    + "(?:/[a-z0-9._~!$&'()*+,;=:@%/-]*)?");

    /** Reads the content of a candidate's node. */
    public static Candidate of(CandidateNode node, byte @Nullable [] data, Instant since, long session) {
        String text = MasterData.of(data).address();
        int space = text == null ? -1 : text.indexOf(' ');
        return space > 0 && isUrl(text.substring(space + 1))
                ? new Candidate(node, text.substring(0, space), text.substring(space + 1), since, session)
                : new Candidate(node, text, null, since, session);
    }

    /** Returns the content of a candidate's node. */
    public static String data(String address, @Nullable String url) {
        return url == null ? address : address + " " + url;
    }

    /**
     * Returns whether a text is an http or https URL that may be shown as a link: short, in ASCII, without a user,
     * query or fragment.
     */
    public static boolean isUrl(String text) {
        return text.length() <= LONGEST_URL && URL.matcher(text).matches();
    }
}
