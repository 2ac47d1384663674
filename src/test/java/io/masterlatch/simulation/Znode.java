package io.masterlatch.simulation;

/**
 * A node of the tree.
 *
 * @param data its content
 * @param owner the session that it ends with; zero for a persistent node
 * @param czxid the transaction that created it
 * @param mzxid the transaction that last wrote it
 * @param version how many times it was written since
 * @param children how many children were ever created or deleted
 */
record Znode(byte[] data, long owner, long czxid, long mzxid, int version, int children) {

    Znode written(byte[] newData, long by) {
        return new Znode(newData, owner, czxid, by, version + 1, children);
    }

    Znode withChildChanged() {
        return new Znode(data, owner, czxid, mzxid, version, children + 1);
    }
}
