package io.masterlatch.election;

import org.jspecify.annotations.Nullable;

/** The master's node as one look saw it. */
public sealed interface Seat {

    /** Not looked yet in this session. */
    record Unseen() implements Seat {}

    /** There is no node: nobody is master. */
    record Vacant() implements Seat {}

    /**
     * A session holds the node.
     *
     * @param master who holds it
     * @param version the data's version, for putting our own address back
     * @param oddity what is wrong with the node's data, in words; null when it is a proper {@code host:port}
     */
    record Held(Master master, int version, @Nullable String oddity) implements Seat {}

    /**
     * A node that no session holds stands in the way, so that nobody can become master until somebody deletes it.
     *
     * @param reason what kind of node it is, in words
     */
    record Blocked(String reason) implements Seat {}
}
