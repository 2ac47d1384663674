package io.masterlatch.election;

import org.jspecify.annotations.Nullable;

/** Why the lease was free to be claimed. */
public enum TakeOver {
    /** The former master released it. */
    RELEASED,
    /** The former master did not renew it in time; its session was still alive. */
    LAPSED,
    /** The former master did not renew it in time, and its session had ended. */
    EXPIRED,
    /** No instance held it. */
    UNHELD,
    /** It is this instance's own. Its node was deleted, or belonged to a former session. */
    OWN;

    /** Returns the cause of a claim for the log; the argument is what it replaced. */
    String words(@Nullable LeaseNode former) {
        String name = former == null ? "an unknown holder" : former.record().holderName();
        return switch (this) {
            case RELEASED -> "took over from " + name + ": it released the lease";
            case LAPSED -> "took over from " + name + ": its lease lapsed";
            case EXPIRED -> "took over from " + name + ": its lease lapsed and its session ended";
            case UNHELD -> "claimed the lease, which no instance held";
            case OWN -> "claimed its own lease anew: the master's node was deleted, or belonged to a former session";
        };
    }
}
