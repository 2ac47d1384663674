package io.masterlatch.simulation;

/** What a server answers. */
enum Code {
    OK,
    NO_NODE,
    NODE_EXISTS,
    NOT_EMPTY,
    BAD_VERSION,
    SESSION_MOVED,
    SESSION_EXPIRED,
    CONNECTION_LOSS
}
