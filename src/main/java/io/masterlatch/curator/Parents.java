package io.masterlatch.curator;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The creation of a node's missing parents. Curator's own way makes containers, and logs each refusal with a stack
 * trace.
 */
final class Parents {

    private final String path;
    private int refusal;

    private Parents(String path) {
        this.path = path;
    }

    /** Sends the requests. A later request shows whether the parents exist. */
    static Parents create(AsyncZooKeeper client, String path) {
        Parents parents = new Parents(path);
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            client.create(path.substring(0, slash), parents::note);
        }
        return parents;
    }

    private void note(int rc) {
        if (rc != Code.OK.intValue() && rc != Code.NODEEXISTS.intValue() && rc != Code.NONODE.intValue()) {
            refusal = rc;
        }
    }

    /** Returns why the node itself could not be created. */
    Failed failure(int rc) {
        if (rc != Code.NONODE.intValue()) {
            return ZooKeeperErrors.of(rc, "create", path);
        }
        return refusal == 0
                // No request was refused, so that what is missing lies beyond the reach of this connect string.
                ? new Failed(
                        Kind.REFUSED,
                        "the parents of " + path + " cannot be created: does the connect string's chroot exist?")
                : ZooKeeperErrors.of(refusal, "create the parents of", path);
    }
}
