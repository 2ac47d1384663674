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

    /** Returns whether there was an answer, which that there is no such node may be as well. */
    boolean note(int rc, boolean maybeMissing, String what, String path) {
        boolean answered = rc == Code.OK.intValue() || maybeMissing && rc == Code.NONODE.intValue();
        if (!answered && failed == null) {
            failed = ZooKeeperErrors.of(rc, what, path);
        }
        return answered;
    }
}
