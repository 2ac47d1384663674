package io.masterlatch.simulation;

/** What a schedule allows that others must not contain. */
enum Realm {
    /** Everything that the promise covers, with clocks that run 9 % fast or slow. */
    ORDINARY,
    /** The machine is suspended, together with its monotonic clock; clocks run 4 % fast or slow. */
    SUSPENDED,
    /** A process is copied, with the id of its latch. */
    CLONED,
    /**
     * The lease is deleted by hand or made unreadable, perhaps with the master's node, while no instance starts: the
     * promise holds.
     */
    LEASE_LOST,
    /** The lease node is deleted by hand. */
    LEASE_DELETED,
    /** The record is replaced by hand by one that says that the lease is released. */
    LEASE_RELEASED,
    /** The record is replaced by hand by something that cannot be read. */
    LEASE_RUBBISH,
    /** The ensemble's data is wiped or replaced by an earlier state. */
    REPLACED;

    /** Whether the promise of one master is suspended for a while after what this realm is about. */
    boolean isPromiseSuspended() {
        return ordinal() >= LEASE_DELETED.ordinal();
    }
}
