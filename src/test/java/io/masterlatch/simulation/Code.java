package io.masterlatch.simulation;

/** How ZooKeeper answers a request. */
enum Code {
    OK,
    NO_NODE,
    NODE_EXISTS,
    BAD_VERSION,
    /** The session is over, or served by another server by now. */
    REFUSED,
    CONNECTION_LOSS
}
