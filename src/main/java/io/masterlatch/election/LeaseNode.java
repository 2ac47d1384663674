package io.masterlatch.election;

/**
 * The lease node, as read.
 *
 * @param czxid the transaction that created the node; versions of a node with another one do not compare
 * @param mzxid the transaction that wrote the record
 * @param version the data version, which the next write must name
 * @param record the content
 */
public record LeaseNode(long czxid, long mzxid, int version, LeaseRecord record) {

    /** Returns the epoch of the mastership that the record is about. */
    long epoch() {
        return record.epoch() != 0 ? record.epoch() : mzxid;
    }
}
