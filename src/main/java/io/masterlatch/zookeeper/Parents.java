package io.masterlatch.zookeeper;

import io.masterlatch.election.Reply.Failed;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;

/**
 * The creation of a node's missing parents, through the handle of one session: Curator's own way logs each refusal with a stack
 * trace.
 */
final class Parents {

    private final String path;
    private volatile int refusal;

    private Parents(String path) {
        this.path = path;
    }

    /** Sends the requests, and leaves it to a request behind them to find out whether the parents are there now. */
    static Parents create(ZooKeeper zooKeeper, ACLProvider acls, String path) {
        Parents parents = new Parents(path);
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            zooKeeper.create(
                    parent,
                    new byte[0],
                    acls.getAclForPath(parent),
                    CreateMode.PERSISTENT,
                    (rc, p, ctx, name) -> parents.note(rc),
                    null);
        }
        return parents;
    }

    /** Why they are missing still. */
    Failed whyMissing() {
        return refusal == 0
                // Nobody refused, so that what is missing lies beyond the reach of this connect string.
                ? Failures.refused(
                        "the parents of " + path + " cannot be created: does the connect string's chroot exist?")
                : Failures.of(refusal, "create the parents of", path);
    }

    private void note(int rc) {
        if (rc != Code.OK.intValue() && rc != Code.NODEEXISTS.intValue() && rc != Code.NONODE.intValue()) {
            refusal = rc;
        }
    }
}
