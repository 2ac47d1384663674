package io.masterlatch.simulation;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.simulation.State.Outcome;

/** Errors in the election's terms, as {@code ZooKeeperErrors} has them. */
final class Failures {

    private Failures() {}

    static Failed of(Code code) {
        return new Failed(Kind.UNANSWERED, "the request failed: " + code);
    }

    static Failed ofLease(Code code) {
        return switch (code) {
            case BAD_VERSION -> new Failed(Kind.CONFLICT, "the lease has changed");
            case NO_NODE -> new Failed(Kind.NO_LEASE, "there is no lease node");
            default -> of(code);
        };
    }

    static Failed ofNode(Code code) {
        return switch (code) {
            case BAD_VERSION, NO_NODE, NODE_EXISTS -> new Failed(Kind.NODE_CHANGED, "the master's node has changed");
            default -> of(code);
        };
    }

    /** A transaction of writes to the lease, so many, and then of something about the master's node. */
    static Failed of(Outcome outcome, int writes) {
        if (outcome.failedAt() < 0) {
            return of(outcome.code());
        }
        return outcome.failedAt() < writes ? ofLease(outcome.code()) : ofNode(outcome.code());
    }
}
