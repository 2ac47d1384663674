package io.masterlatch.latch;

import io.masterlatch.election.Master;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a hand-over.
 *
 * @param outcome the outcome in one word
 * @param message the outcome in words, for an operator
 * @param master who is master now; null when there is none or this instance cannot tell
 */
public record HandOver(
        Outcome outcome, String message, @Nullable Master master) {

    /** What can become of a hand-over. */
    public enum Outcome {
        /** Another candidate is master now, and the one that was named if one was. */
        HANDED_OVER,
        /** The lease was released, and another candidate became master than the one that was named. */
        WON_BY_ANOTHER,
        /** This instance was not the master, or ceased to be while the hand-over was prepared. It released nothing. */
        NOT_MASTER,
        /** Another hand-over by this instance is under way. This one released nothing. */
        UNDER_WAY,
        /** There is no other candidate. This instance remains the master. */
        NOBODY_ELSE,
        /** The one that was named is not a candidate. This instance remains the master. */
        UNKNOWN_CANDIDATE,
        /** This instance ceased to be master, and no other was seen to become it in time. */
        TIMED_OUT,
        /** ZooKeeper could not be asked. This instance released nothing. */
        UNREACHABLE,
        /** This instance was closed meanwhile, and so is not the master any more. */
        CLOSED
    }
}
