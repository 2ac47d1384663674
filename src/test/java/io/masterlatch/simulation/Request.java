package io.masterlatch.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks of ZooKeeper: most of it passes the leader, and is answered with a read at the client's server. */
final class Request {

    /** The kinds of requests. */
    enum Kind {
        PING(true),
        READ(true),
        WATCH(true),
        SET_WATCHES(true),
        SYNC(false),
        CHECK(false),
        CREATE(false),
        WRITE(false),
        DELETE(false),
        JOIN(false),
        SEND_BACK(false),
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

    /** Takes what came of a request: whether it succeeded, and the state that the client's server has then. */
    interface Answer {

        void take(Code code, State state);
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

    /** The names that a request to watch is about. */
    List<String> names() {
        return data.isEmpty() ? List.of() : List.of(data.split(" "));
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
