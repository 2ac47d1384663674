package io.masterlatch.latch;

import io.masterlatch.election.Master;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a hand-over.
 *
 * @param outcome what happened, as a constant
 * @param message what happened, as a sentence for an operator
 * @param master the present master; null when there is none or it is unknown
 */
public record HandOver(
        Outcome outcome, String message, @Nullable Master master) {

    /** The possible outcomes of a hand-over. */
    public enum Outcome {
        /** Another candidate is master now: the named one, if one was named. */
        HANDED_OVER,
        /** The lease was released, and another candidate than the named one became master. */
        WON_BY_ANOTHER,
        /** This instance was not the master, or lost the mastership before the release. It released nothing. */
        NOT_MASTER,
        /** Another hand-over of this instance is under way. This one released nothing. */
        UNDER_WAY,
        /** There is no other candidate. This instance remains the master. */
        NO_OTHER_CANDIDATE,
        /** The named address is not a candidate. This instance remains the master. */
        UNKNOWN_CANDIDATE,
        /** No other instance became master in time. This one may be master again; then it is the present master. */
        TIMED_OUT,
        /** ZooKeeper could not be asked. This instance released nothing. */
        UNREACHABLE,
        /** This instance was closed meanwhile and is no longer the master. */
        CLOSED
    }
}
