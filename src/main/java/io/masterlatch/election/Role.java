package io.masterlatch.election;

/** The role of one instance at one instant. */
public enum Role {
    /** It holds the lease, and the lease has not ended. */
    MASTER,
    /** It is a candidate; another instance is master, or none is. */
    STANDBY,
    /** It watches the election and is not a candidate. */
    OBSERVER,
    /** It cannot tell: not connected yet, cut off for longer than the lease, or closed. */
    UNKNOWN
}
