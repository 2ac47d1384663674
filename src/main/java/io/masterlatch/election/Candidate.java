package io.masterlatch.election;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One who stands in the line of succession: an ephemeral sequential node, whose name tells all that the others need.
 *
 * @param name the node's name, such as {@code 0x100012a3b4c0001-10000-0000000007}
 * @param session the session that stands
 * @param timeout its negotiated timeout
 * @param sequence its place: who has a lower number came earlier
 */
public record Candidate(String name, long session, Duration timeout, long sequence) implements Comparable<Candidate> {

    private static final Pattern NAME = Pattern.compile("0x([0-9a-f]{1,16})-([0-9]{1,9})-(-?[0-9]{1,11})");

    /**
     * Names a node that is yet to be created.
     *
     * @param session the session that will stand
     * @return the name's beginning, to which ZooKeeper adds the sequence number
     */
    public static String prefix(Session session) {
        return Session.name(session.id()) + "-" + session.timeout().toMillis() + "-";
    }

    /**
     * Reads a node's name.
     *
     * @param name the name
     * @return the candidate; empty when the node is not of this making
     */
    public static Optional<Candidate> of(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches() || Long.parseLong(matcher.group(2)) == 0) {
            return Optional.empty();
        }
        return Optional.of(new Candidate(
                name,
                Long.parseUnsignedLong(matcher.group(1), 16),
                Duration.ofMillis(Long.parseLong(matcher.group(2))),
                Long.parseLong(matcher.group(3))));
    }

    @Override
    public int compareTo(Candidate other) {
        return Long.compare(sequence, other.sequence);
    }
}
