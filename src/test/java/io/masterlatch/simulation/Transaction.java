package io.masterlatch.simulation;

import io.masterlatch.simulation.State.Znode;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a server's log, together with the state it leads to.
 *
 * @param number the transaction number, with the leader's epoch in the upper half
 * @param previous the entry before; null for the first
 * @param state the state afterwards
 * @param closed the session that it closes; 0 when none
 * @param request the request that it answers; null when it is the leader's own
 * @param code whether that succeeded
 */
record Transaction(
        long number,
        @Nullable Transaction previous,
        State state,
        long closed,
        @Nullable Request request,
        Code code) {

    static Transaction first() {
        return new Transaction(0, null, State.empty(), 0, null, Code.OK);
    }

    /** The entry that comes next when the leader turns a request down. */
    Transaction refused(long next, Request asked) {
        return answered(next, asked, state, Code.REFUSED);
    }

    /** The entry that comes next when a session begins. */
    Transaction opened(long next, Request asked) {
        return answered(next, asked, state.begun(asked.session()), Code.OK);
    }

    /** The entry that comes next when a session ends, and with it what is its own. */
    Transaction closed(long next, long session, @Nullable Request asked) {
        return new Transaction(next, this, state.ended(session), session, asked, Code.OK);
    }

    /** The entry that comes next for a request of a session that lives. */
    Transaction answered(long next, Request asked) {
        Znode master = state.master();
        return switch (asked.kind) {
            case CREATE ->
                master != null
                        ? answered(next, asked, state, Code.NODE_EXISTS)
                        : answered(next, asked, new Znode(asked.session(), asked.data, next, next, 0));
            case WRITE -> {
                if (master == null) {
                    yield answered(next, asked, state, Code.NO_NODE);
                }
                yield asked.version == master.version() || asked.version == -1
                        ? answered(next, asked, master.written(asked.data, next))
                        : answered(next, asked, state, Code.BAD_VERSION);
            }
            case DELETE ->
                master == null ? answered(next, asked, state, Code.NO_NODE) : answered(next, asked, (Znode) null);
            case CHECK -> answered(next, asked, state, master == null ? Code.NO_NODE : Code.OK);
            case JOIN -> answered(next, asked, state.joined(asked.session(), asked.data), Code.OK);
            case SEND_BACK ->
                state.line().isEmpty()
                        ? answered(next, asked, state, Code.NO_NODE)
                        : answered(next, asked, state.withoutFirst(), Code.OK);
            default -> throw new IllegalArgumentException("no write: " + asked.kind);
        };
    }

    private Transaction answered(long next, Request asked, @Nullable Znode master) {
        return answered(next, asked, state.with(master), Code.OK);
    }

    private Transaction answered(long next, Request asked, State to, Code result) {
        return new Transaction(next, this, to, 0, asked, result);
    }

    boolean touchesMaster() {
        return previous != null && previous.state.master() != state.master();
    }

    boolean touchesLine() {
        return previous != null && previous.state.line() != state.line();
    }
}
