package io.masterlatch.curator;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's result codes in the election's terms and an operator's words. */
final class ZooKeeperErrors {

    private ZooKeeperErrors() {}

    /**
     * Describes a failed request on a node other than the lease and the master's.
     *
     * @param rc ZooKeeper's result code
     * @param what what was tried, as a verb
     * @param path on which path
     */
    static Failed of(int rc, String what, String path) {
        Code code = Code.get(rc);
        return switch (code) {
            case NOAUTH -> new Failed(Kind.REFUSED, "no permission in ZooKeeper to " + what + " " + path);
            case INVALIDACL ->
                new Failed(
                        Kind.REFUSED,
                        "ZooKeeper refuses the access control list of " + path + ": is this instance authenticated?");
            case NOCHILDRENFOREPHEMERALS ->
                new Failed(Kind.REFUSED, "the parent of " + path + " is an ephemeral node, which can have no children");
            case QUOTAEXCEEDED, EPHEMERALONLOCALSESSION, NOTREADONLY, AUTHFAILED, UNIMPLEMENTED, BADARGUMENTS ->
                new Failed(Kind.REFUSED, what + " " + path + " failed: " + code);
            default -> new Failed(Kind.UNANSWERED, what + " " + path + " failed: " + code);
        };
    }

    static Failed ofLease(int rc, String path) {
        return switch (Code.get(rc)) {
            case BADVERSION -> new Failed(Kind.CONFLICT, "the lease has changed");
            case NONODE -> new Failed(Kind.NO_LEASE, "there is no lease node");
            default -> of(rc, "write", path);
        };
    }

    static Failed ofNode(int rc, String what, String path) {
        return switch (Code.get(rc)) {
            case BADVERSION, NONODE, NODEEXISTS -> new Failed(Kind.NODE_CHANGED, path + " has changed");
            default -> of(rc, what, path);
        };
    }

    /** Returns the place of the operation at which a transaction failed; negative when that is not known. */
    static int failedAt(@Nullable List<OpResult> results) {
        if (results != null) {
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i) instanceof ErrorResult error
                        && error.getErr() != Code.OK.intValue()
                        && error.getErr() != Code.RUNTIMEINCONSISTENCY.intValue()) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Returns the code of the operation at that place. */
    static int codeAt(List<OpResult> results, int place) {
        return ((ErrorResult) results.get(place)).getErr();
    }
}
