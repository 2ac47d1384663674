package io.masterlatch.zookeeper;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import org.apache.zookeeper.KeeperException.Code;

/** ZooKeeper's result codes in the election's terms and an operator's words. */
final class Failures {

    private Failures() {}

    static Failed sessionOver() {
        return new Failed(Kind.DISCONNECTED, "the ZooKeeper session is over");
    }

    static Failed overtaken(String reason) {
        return new Failed(Kind.OVERTAKEN, reason);
    }

    static Failed refused(String reason) {
        return new Failed(Kind.REFUSED, reason);
    }

    static Failed excluded(String reason) {
        return new Failed(Kind.EXCLUDED, reason);
    }

    /**
     * Tells of a code that is a failure for sure.
     *
     * @param rc ZooKeeper's result code
     * @param what what was tried, as a verb
     * @param path on which path
     */
    static Failed of(int rc, String what, String path) {
        Code code = Code.get(rc);
        return switch (code) {
            case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT, REQUESTTIMEOUT ->
                new Failed(Kind.DISCONNECTED, "the connection to ZooKeeper was lost");
            case NOAUTH -> refused("no permission in ZooKeeper to " + what + " " + path);
            case INVALIDACL -> refused("ZooKeeper refuses the ACL of " + path + ": is this instance authenticated?");
            case NOCHILDRENFOREPHEMERALS ->
                refused("the parent of " + path + " is an ephemeral node, which can have no children");
            case AUTHFAILED -> refused("ZooKeeper refuses this instance: authentication failed");
            default -> refused("ZooKeeper answered " + code + " to the wish to " + what + " " + path);
        };
    }
}
