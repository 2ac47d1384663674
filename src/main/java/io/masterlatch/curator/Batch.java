package io.masterlatch.curator;

import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.Reply.Failed;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** What a few requests in a row have brought, until the last one is answered. */
final class Batch {

    @Nullable
    Failed failed;

    @Nullable
    LeaseNode lease;

    @Nullable
    Integer guard;

    boolean candidate;

    /** Takes the result code of a read. Returns whether the node is there; that it is missing is an answer as well. */
    boolean note(int rc, String path) {
        if (failed == null && rc != Code.OK.intValue() && rc != Code.NONODE.intValue()) {
            failed = ZooKeeperErrors.of(rc, "read", path);
        }
        return rc == Code.OK.intValue();
    }
}
