package io.masterlatch.simulation;

import io.masterlatch.simulation.State.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks of ZooKeeper: a read at the client's server, or something that passes the leader. */
final class Request {

    /** The kinds of requests. */
    enum Kind {
        PING(true),
        READ(true),
        SYNC(false),
        WRITE(false),
        CREATE_SESSION(false),
        CLOSE_SESSION(false);

        private final boolean local;

        Kind(boolean local) {
            this.local = local;
        }

        boolean isLocal() {
            return local;
        }
    }

    /** Takes what came of a request: the error, and the state that the client's server has then. */
    interface Answer {

        void take(Outcome outcome);
    }

    final Kind kind;
    /** The operations to do, or those on the nodes to read or watch. */
    final List<Op> ops;
    /** Whether a node that is missing is to be watched as well as one that is there. */
    final boolean watchMissing;

    final @Nullable Runnable watcher;
    final Answer answer;
    private @Nullable Connection connection;
    private long session;
    private long timeout;

    private Request(Kind kind, List<Op> ops, boolean watchMissing, @Nullable Runnable watcher, Answer answer) {
        this.kind = kind;
        this.ops = ops;
        this.watchMissing = watchMissing;
        this.watcher = watcher;
        this.answer = answer;
    }

    static Request of(Kind kind, Answer answer) {
        return new Request(kind, List.of(), false, null, answer);
    }

    static Request write(List<Op> ops, Answer answer) {
        return new Request(Kind.WRITE, ops, false, null, answer);
    }

    static Request read(String path, boolean watchMissing, @Nullable Runnable watcher, Answer answer) {
        return new Request(Kind.READ, List.of(Op.check(path, -1)), watchMissing, watcher, answer);
    }

    /** Returns the same request, to be done once more, with an answer for no process. */
    Request again() {
        Request copy = new Request(kind, ops, watchMissing, null, outcome -> {});
        copy.session = session;
        return copy;
    }

    String path() {
        return ops.get(0).path();
    }

    void sentOn(Connection sent, long bySession, long withTimeout) {
        connection = sent;
        session = bySession;
        timeout = withTimeout;
    }

    void sentBy(long bySession) {
        session = bySession;
    }

    @Nullable
    Connection connection() {
        return connection;
    }

    long session() {
        return session;
    }

    long timeout() {
        return timeout;
    }

    boolean touches(String path) {
        return ops.stream().anyMatch(op -> op.path().equals(path));
    }
}
