package io.masterlatch.election;

/** What one instance is in the election at one instant. */
public enum Role {
    /** It holds the master's node and its lease runs. */
    MASTER,
    /** It stands for election; somebody else is master, or nobody is yet. */
    STANDBY,
    /** It watches the election and does not stand. */
    OBSERVER,
    /** It cannot tell now: never connected, cut off for longer than the lease, or closed. */
    UNKNOWN
}
