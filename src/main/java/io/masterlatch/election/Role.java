package io.masterlatch.election;

/** The role of one instance at one instant. */
public enum Role {
    /** It holds the lease, and the lease has not ended. */
    MASTER,
    /** It is a candidate; another instance is master, or none is. */
    STANDBY,
    /** It watches the election and is not a candidate. */
    OBSERVER,
    /** It does not know: not connected yet, without a connection for longer than the lease, or closed. */
    UNKNOWN
}
