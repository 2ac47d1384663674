package io.masterlatch.curator;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/** The creation of a node's missing parents. Curator's own way makes containers, and logs each refusal with a stack trace. */
final class Parents {

    private final String path;
    private volatile int refusal;

    private Parents(String path) {
        this.path = path;
    }

    /** Sends the requests, and leaves it to a request behind them to find out whether the parents are there now. */
    static Parents create(ZooKeeper zooKeeper, List<ACL> acl, String path) {
        Parents parents = new Parents(path);
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            zooKeeper.create(
                    path.substring(0, slash),
                    new byte[0],
                    acl,
                    CreateMode.PERSISTENT,
                    (rc, p, ctx, name) -> parents.note(rc),
                    null);
        }
        return parents;
    }

    /** Says why they are missing still. */
    Failed whyMissing() {
        return refusal == 0
                // No request was refused, so that what is missing lies beyond the reach of this connect string.
                ? new Failed(
                        Kind.REFUSED,
                        "the parents of " + path + " cannot be created: does the connect string's chroot exist?")
                : ZooKeeperErrors.of(refusal, "create the parents of", path);
    }

    private void note(int rc) {
        if (rc != Code.OK.intValue() && rc != Code.NODEEXISTS.intValue() && rc != Code.NONODE.intValue()) {
            refusal = rc;
        }
    }
}
