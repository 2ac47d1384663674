package io.masterlatch.simulation;

/**
 * One operation of a transaction.
 *
 * @param kind what to do
 * @param path at which node; for a sequential one the path without its number
 * @param data the content to write
 * @param version the data version that the node must have; -1 for any
 */
record Op(Kind kind, String path, byte[] data, int version) {

    private static final byte[] NONE = {};

    /** The kinds of operations. */
    enum Kind {
        CREATE,
        CREATE_EPHEMERAL,
        CREATE_SEQUENTIAL,
        SET,
        DELETE,
        CHECK
    }

    static Op create(Kind kind, String path, byte[] data) {
        return new Op(kind, path, data, 0);
    }

    static Op create(String path) {
        return new Op(Kind.CREATE, path, NONE, 0);
    }

    static Op set(String path, byte[] data, int version) {
        return new Op(Kind.SET, path, data, version);
    }

    static Op delete(String path, int version) {
        return new Op(Kind.DELETE, path, NONE, version);
    }

    static Op check(String path, int version) {
        return new Op(Kind.CHECK, path, NONE, version);
    }
}
