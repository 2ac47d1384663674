package io.masterlatch.election;

/**
 * The lease node as one read showed it.
 *
 * @param czxid the transaction that created the node: another one is another node, whose versions say nothing about this one's
 * @param mzxid the transaction that wrote the record
 * @param version the data version, which the next write must name
 * @param record the content
 */
public record LeaseNode(long czxid, long mzxid, int version, LeaseRecord record) {

    /**
     * Returns the epoch of the mastership that the record is about.
     *
     * @return the transaction that created the master's node, if that belongs to the record
     */
    public long epoch() {
        return record.epoch() != 0 ? record.epoch() : mzxid;
    }
}
