package io.masterlatch.simulation;

import io.masterlatch.simulation.State.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a server's log, together with the state it leads to.
 *
 * @param number the transaction number, with the leader's epoch in the upper half
 * @param previous the entry before; null for the first
 * @param outcome what came of it
 * @param closed the session that it closes; 0 when none
 * @param request the request that it answers; null when it is the leader's own
 */
record Transaction(
        long number,
        @Nullable Transaction previous,
        Outcome outcome,
        long closed,
        @Nullable Request request) {

    static Transaction first() {
        return new Transaction(0, null, done(State.empty()), 0, null);
    }

    private static Outcome done(State state) {
        return new Outcome(state, Code.OK, -1, null);
    }

    State state() {
        return outcome.state();
    }

    /** The entry that comes next when the leader turns a request down. */
    Transaction refused(long next, Request asked, Code why) {
        return new Transaction(next, this, new Outcome(state(), why, -1, null), 0, asked);
    }

    /** The entry that comes next when a session begins. */
    Transaction opened(long next, Request asked) {
        return new Transaction(next, this, done(state().begun(asked.session(), asked.timeout())), 0, asked);
    }

    /** The entry that comes next when a session ends, and with it what is its own. */
    Transaction closed(long next, long session, @Nullable Request asked) {
        return new Transaction(next, this, done(state().ended(session)), session, asked);
    }

    /** The entry that comes next for a request of a session that lives. */
    Transaction answered(long next, Request asked) {
        return new Transaction(next, this, state().after(asked.ops, next, asked.session()), 0, asked);
    }

    @Nullable
    Znode before(String path) {
        return previous == null ? null : previous.state().node(path);
    }
}
