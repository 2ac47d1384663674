package io.masterlatch.election;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reply to a {@link Request}. */
public sealed interface Reply {

    /**
     * The result of a look.
     *
     * @param lease the lease node; null when there is none
     * @param node the master's node; null when there is none
     * @param guard the data version of the guard, read behind the lease; null when it is missing or was not asked for
     * @param candidate whether the candidate node that was looked for is there
     */
    record Looked(
            @Nullable LeaseNode lease,
            @Nullable MasterNode node,
            @Nullable Integer guard,
            boolean candidate) implements Reply {}

    /**
     * The lease was written.
     *
     * @param lease the lease node after the write, with the record written
     * @param node the master's node: after a claim the new one, after a renewal as read behind it, null when there is
     * none
     */
    record Written(LeaseNode lease, @Nullable MasterNode node) implements Reply {}

    /**
     * This instance is in the queue.
     *
     * @param name the name of its candidate node
     */
    record Joined(String name) implements Reply {}

    /**
     * The candidate queue.
     *
     * @param nodes the candidates, the earliest first
     */
    record Queue(List<CandidateNode> nodes) implements Reply {}

    /** The request succeeded, without a result. */
    record Done() implements Reply {}

    /**
     * The request failed, or its outcome is unknown.
     *
     * @param kind what that means
     * @param reason the cause, in words
     */
    record Failed(Kind kind, String reason) implements Reply {

        /** What a failure means for the election. */
        public enum Kind {
            /** The lease has another version, by another write. Nothing was done. */
            CONFLICT,
            /** There is no lease node. Nothing was done. */
            NO_LEASE,
            /** The master's node has changed: it is new, missing, or another one. Nothing was done. */
            NODE_CHANGED,
            /** ZooKeeper does not allow it. Nothing was done. */
            REFUSED,
            /** It is not known whether it was done, or will still be. */
            UNANSWERED
        }
    }
}
