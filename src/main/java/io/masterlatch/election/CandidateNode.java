package io.masterlatch.election;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the candidate queue: the name of an ephemeral sequential node.
 *
 * @param name the node's name, for example {@code 3f8a91c06b2d4e57-0000000007}
 * @param id the id of the latch
 * @param sequence its place: a lower number came earlier
 */
public record CandidateNode(String name, String id, long sequence) implements Comparable<CandidateNode> {

    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-(-?[0-9]{9,11})");

    /** Reads the name of a node; empty when no latch created it. */
    public static Optional<CandidateNode> of(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new CandidateNode(name, matcher.group(1), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public int compareTo(CandidateNode other) {
        return Long.compare(sequence, other.sequence);
    }
}
