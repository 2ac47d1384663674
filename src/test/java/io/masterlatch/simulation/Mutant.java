package io.masterlatch.simulation;

/** Ways to break the protocol at the shell, each of which the simulation has to notice. */
enum Mutant {
    /** The protocol as it is. */
    NONE,
    /** The lease lasts for 11T/10. */
    LONG_LEASE,
    /** What the client's server has read is taken for a proof. */
    READ_FOR_PROOF,
    /** Whose address is in the node is taken for its owner. */
    OWNER_BY_ADDRESS,
    /** The node is given up by deleting its path, again and again until that succeeds, in a later session if need be. */
    RELEASE_BY_PATH,
    /** The lease is 6T/10 from the sending of a proof, whatever the leader may have heard of the session. */
    LEASE_WITHOUT_EVIDENCE,
    /** An attempt to connect is noted when it has succeeded and not when it began. */
    LATE_ATTEMPT,
    /** A claim whose reply was lost is taken for granted. */
    CLAIM_TAKEN_FOR_GRANTED,
    /** There is no line of succession, so that nobody waits for the lease of a master whose node was deleted by hand. */
    NO_LINE
}
