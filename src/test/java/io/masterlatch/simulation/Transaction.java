package io.masterlatch.simulation;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a server's log, together with the state it leads to.
 *
 * @param number the transaction number, with the leader's epoch in the upper half
 * @param previous the entry before; null for the first
 * @param znode the master's node afterwards; null when there is none
 * @param sessions the sessions afterwards
 * @param closed the session that it closes; 0 when none
 * @param request the request that it answers; null when it is the leader's own
 * @param code whether that succeeded
 */
record Transaction(
        long number,
        @Nullable Transaction previous,
        @Nullable Znode znode,
        Set<Long> sessions,
        long closed,
        @Nullable Request request,
        Code code) {

    static Transaction first() {
        return new Transaction(0, null, null, Set.of(), 0, null, Code.OK);
    }

    /** The entry that comes next when the leader turns a request down. */
    Transaction refused(long next, Request asked) {
        return then(next, znode, sessions, 0, asked, Code.REFUSED);
    }

    /** The entry that comes next when a session begins. */
    Transaction opened(long next, Request asked) {
        Set<Long> more = new HashSet<>(sessions);
        more.add(asked.session());
        return then(next, znode, more, 0, asked, Code.OK);
    }

    /** The entry that comes next when a session ends, and with it the node if it is that session's. */
    Transaction closed(long next, long session, @Nullable Request asked) {
        Set<Long> fewer = new HashSet<>(sessions);
        fewer.remove(session);
        Znode left = znode != null && znode.owner() == session ? null : znode;
        return then(next, left, fewer, session, asked, Code.OK);
    }

    /** The entry that comes next for a request of a session that lives. */
    Transaction answered(long next, Request asked) {
        return switch (asked.kind) {
            case CREATE ->
                znode != null
                        ? unchanged(next, asked, Code.NODE_EXISTS)
                        : changed(next, asked, new Znode(asked.session(), asked.data, next, next, 0));
            case WRITE -> {
                if (znode == null) {
                    yield unchanged(next, asked, Code.NO_NODE);
                }
                yield asked.version == znode.version() || asked.version == -1
                        ? changed(next, asked, znode.written(asked.data, next))
                        : unchanged(next, asked, Code.BAD_VERSION);
            }
            case DELETE -> znode == null ? unchanged(next, asked, Code.NO_NODE) : changed(next, asked, null);
            case CHECK -> unchanged(next, asked, znode == null ? Code.NO_NODE : Code.OK);
            default -> throw new IllegalArgumentException("no write: " + asked.kind);
        };
    }

    private Transaction changed(long next, Request asked, @Nullable Znode to) {
        return then(next, to, sessions, 0, asked, Code.OK);
    }

    private Transaction unchanged(long next, Request asked, Code result) {
        return then(next, znode, sessions, 0, asked, result);
    }

    private Transaction then(
            long next, @Nullable Znode to, Set<Long> live, long ended, @Nullable Request asked, Code result) {
        return new Transaction(next, this, to, live, ended, asked, result);
    }

    boolean touchesNode() {
        return previous != null && previous.znode != znode;
    }
}
