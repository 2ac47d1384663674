package io.masterlatch.simulation;

import org.jspecify.annotations.Nullable;

/** What a client asks of ZooKeeper: most of it passes the leader, and is answered with a read at the client's server. */
final class Request {

    /** The kinds of requests. */
    enum Kind {
        PING(true),
        READ(true),
        SYNC(false),
        CHECK(false),
        CREATE(false),
        WRITE(false),
        DELETE(false),
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

    /** Takes what came of a request: the master's node as the client's server has it then, and whether the request succeeded. */
    interface Answer {

        void take(Code code, @Nullable Znode znode);
    }

    final Kind kind;
    final String data;
    final int version;
    final Answer answer;
    private @Nullable Connection connection;
    private long session;

    Request(Kind kind, String data, int version, Answer answer) {
        this.kind = kind;
        this.data = data;
        this.version = version;
        this.answer = answer;
    }

    static Request of(Kind kind, Answer answer) {
        return new Request(kind, "", -1, answer);
    }

    void sentOn(Connection sent, long bySession) {
        connection = sent;
        session = bySession;
    }

    @Nullable
    Connection connection() {
        return connection;
    }

    long session() {
        return session;
    }
}
