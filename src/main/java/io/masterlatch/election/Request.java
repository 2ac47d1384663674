package io.masterlatch.election;

import org.jspecify.annotations.Nullable;

/** A request to ZooKeeper. The store never repeats one. */
public sealed interface Request {

    /** A request that depends on a version of the lease. */
    sealed interface Conditional extends Request {

        /** Returns that version. */
        int version();
    }

    /** A request that may change the lease node. */
    sealed interface Write extends Request {}

    /**
     * Reads the lease, then its guard if that is to be watched, and then the master's node.
     *
     * @param sync whether to have the server catch up with the leader first
     * @param watchMaster whether to watch the master's node
     * @param watchLease whether to watch the lease and its guard
     * @param candidate name of this instance's own candidate node, to look for as well; null for none
     */
    record Look(
            boolean sync,
            boolean watchMaster,
            boolean watchLease,
            @Nullable String candidate) implements Request {}

    /**
     * Creates the lease node and its guard in one transaction, and missing parents before that.
     *
     * @param record its first content
     */
    record CreateLease(LeaseRecord record) implements Write {}

    /** Creates the guard of the lease node if it is missing. */
    record CreateGuard() implements Request {}

    /**
     * Writes the lease and creates the master's node, in one transaction.
     *
     * @param record the record to write
     * @param version the version of the record that it replaces
     * @param nodeVersion the data version of the master's node to delete first; null when there is none
     * @param guard the data version that the guard must have, which shows that the replaced record is a release; null
     * when its content is known
     * @param cause why the lease is free
     */
    record Claim(
            LeaseRecord record,
            int version,
            @Nullable Integer nodeVersion,
            @Nullable Integer guard,
            TakeOver cause) implements Write, Conditional {}

    /**
     * Writes the lease, and reads the master's node behind that.
     *
     * @param record the record to write
     * @param version the version of the record that it replaces
     */
    record Renew(LeaseRecord record, int version) implements Write, Conditional {}

    /**
     * Writes the lease and deletes the master's node, in one transaction. A release for any candidate writes the guard
     * as well, so that the guard's version counts those releases. A missing guard or candidate node is left out.
     *
     * @param record the record to write
     * @param version the version of the record that it replaces
     * @param nodeVersion the data version of the master's node to delete; null to leave the node alone
     * @param candidate name of this instance's own candidate node, to be deleted as well; null to keep it
     */
    record Release(
            LeaseRecord record,
            int version,
            @Nullable Integer nodeVersion,
            @Nullable String candidate) implements Write, Conditional {

        /** Returns the same release without the deletion of the candidate node. */
        public Release keepingCandidate() {
            return new Release(record, version, nodeVersion, null);
        }
    }

    /**
     * Deletes a node of this instance's own session to which no lease belongs, if the lease is unchanged.
     *
     * @param version the version of the lease
     * @param nodeVersion the data version of the node
     */
    record RemoveLeftover(int version, int nodeVersion) implements Conditional {}

    /**
     * Writes this instance's address back into the master's node.
     *
     * @param nodeVersion the data version that holds something else
     * @param address the address
     */
    record RestoreAddress(int nodeVersion, String address) implements Request {}

    /**
     * Joins the candidate queue at its end, and creates missing parents.
     *
     * @param id this latch's id
     * @param address its address
     * @param former name of the node to delete in the same transaction; null for none
     */
    record JoinQueue(String id, String address, @Nullable String former) implements Request {}

    /**
     * Reads the candidate queue.
     *
     * @param own name of this instance's own candidate node; null when it is not known
     */
    record ReadQueue(@Nullable String own) implements Request {}

    /**
     * Watches another candidate's node.
     *
     * @param name the node's name
     */
    record WatchCandidate(String name) implements Request {}

    /**
     * Deletes this instance's own candidate node.
     *
     * @param name the node's name
     */
    record LeaveQueue(String name) implements Request {}
}
