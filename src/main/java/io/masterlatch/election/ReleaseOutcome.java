package io.masterlatch.election;

/** The outcome of a request to release the lease. */
public enum ReleaseOutcome {
    /** The lease was released. */
    RELEASED,
    /** This instance did not hold the lease. */
    NOT_HELD,
    /**
     * ZooKeeper did not confirm the release in time. What was held lapses, unless this instance is still a candidate and
     * renews it later.
     */
    UNCONFIRMED
}
