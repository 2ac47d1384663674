package io.masterlatch.election;

/** The outcome of a request to release the lease. */
public enum ReleaseOutcome {
    /** The lease was released. */
    RELEASED,
    /** This instance did not hold the lease. */
    NOT_HELD,
    /** ZooKeeper did not confirm the release in time: what was held lapses. This instance is not master in any case. */
    UNCONFIRMED
}
