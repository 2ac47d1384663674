package io.masterlatch.curator;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import org.apache.zookeeper.KeeperException.Code;

/** ZooKeeper's result codes in the election's terms and an operator's words. */
final class ZooKeeperErrors {

    private ZooKeeperErrors() {}

    /** Describes what failed with a result code, a verb, on a node other than the lease and the master's. */
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
            case QUOTAEXCEEDED, EPHEMERALONLOCALSESSION, NOTREADONLY, AUTHFAILED, BADARGUMENTS ->
                new Failed(Kind.REFUSED, what + " " + path + " failed: " + code);
            case UNIMPLEMENTED ->
                new Failed(
                        Kind.REFUSED,
                        "ZooKeeper does not know the request to " + what + " " + path + ": 3.4 or later is needed");
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
}
