package io.masterlatch.simulation;

/**
 * The master's node as the ensemble keeps it.
 *
 * @param owner the session that it ends with
 * @param data what it says
 * @param created the transaction that created it
 * @param modified the transaction that last wrote it
 * @param version how many times it was written since
 */
record Znode(long owner, String data, long created, long modified, int version) {

    Znode written(String newData, long by) {
        return new Znode(owner, newData, created, by, version + 1);
    }
}
