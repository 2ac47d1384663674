package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ZooKeeper server: it keeps a log, serves its clients while it leads or follows, and looks for a leader otherwise. */
final class Server extends Process {

    final int id;
    private final List<Connection> connections = new ArrayList<>();
    private Transaction logged;
    private Transaction applied;
    private @Nullable Duty duty;
    private long epoch;
    private boolean down;

    Server(World world, int id, Transaction first) {
        super(world, "server" + id);
        this.id = id;
        this.logged = first;
        this.applied = first;
    }

    Transaction logged() {
        return logged;
    }

    Transaction applied() {
        return applied;
    }

    /** The epoch of the last leader it led or followed: a log of a later epoch is the newer one, however long the other is. */
    long epoch() {
        return epoch;
    }

    @Nullable
    Duty duty() {
        return duty;
    }

    /** Whether it takes part in the election of a leader. */
    boolean isLooking() {
        return duty == null && !down && !isFrozen();
    }

    boolean isLeading() {
        return duty instanceof Leading;
    }

    void log(Transaction transaction) {
        logged = transaction;
    }

    /** Begins to lead or to follow, from a state that the leader has given. */
    void begin(Duty begun, long leadersEpoch, Transaction log, Transaction state) {
        duty = begun;
        epoch = leadersEpoch;
        logged = log;
        applied = state;
    }

    /** Ends leading or following: the clients are sent away. */
    void giveUp(String why) {
        if (duty != null) {
            world.story.tell(() -> this + " looks for a leader: " + why);
            stopServing();
            world.ensemble.search(this);
        }
    }

    void crash() {
        world.story.tell(() -> this + " crashes");
        stopServing();
        die();
        down = true;
    }

    void restart() {
        if (down) {
            world.story.tell(() -> this + " starts again");
            down = false;
            world.ensemble.search(this);
        }
    }

    private void stopServing() {
        Duty ended = duty;
        duty = null;
        if (ended != null) {
            ended.end();
        }
        List<Connection> dropped = List.copyOf(connections);
        connections.clear();
        dropped.forEach(Connection::dropByServer);
    }

    /** Takes a new connection, on which a session is to begin or to go on. */
    void accept(Connection connection) {
        if (duty == null) {
            connection.dropByServer();
            return;
        }
        connections.add(connection);
        if (connection.session != 0) {
            duty.revalidate(connection);
            return;
        }
        Request create = Request.of(Request.Kind.CREATE_SESSION, (code, state) -> {});
        create.sentOn(connection, world.newSession());
        duty.submit(create);
    }

    /** Tells the client of a connection whether its session lives. */
    void validated(Connection connection, long session, boolean valid) {
        if (!connection.isServerOpen()) {
            return;
        }
        if (valid) {
            connection.session = session;
            connection.toClient(() -> connection.client.established(connection, session));
        } else {
            connection.toClient(() -> connection.client.expired(connection));
            connection.dropByServer();
            connections.remove(connection);
        }
    }

    void receive(Connection connection, Request request) {
        if (duty == null || !duty.touch(request.session())) {
            return;
        }
        if (request.kind.isLocal()) {
            answer(request, serve(connection, request));
        } else {
            duty.submit(request);
        }
    }

    private Code serve(Connection connection, Request request) {
        switch (request.kind) {
            case WATCH -> {
                if (!applied.state().hasPlace(request.data)) {
                    return Code.NO_NODE;
                }
                connection.watch(request.data);
            }
            case SET_WATCHES -> {
                request.names().forEach(connection::watch);
                connection.tellWhoLeft(applied.state());
            }
            default -> {
                // Answered with the state as it is.
            }
        }
        return Code.OK;
    }

    void answer(Request request, Code code) {
        Connection connection = request.connection();
        if (connection != null && connection.server == this) {
            State state = applied.state();
            connection.toClient(() -> connection.client.answered(connection, request, code, state));
        }
    }

    /** Makes a committed transaction visible here, and answers the request behind it if that came from here. */
    void apply(Transaction transaction) {
        applied = transaction;
        State state = transaction.state();
        if (transaction.touchesMaster()) {
            boolean vacated = state.master() == null;
            connections.forEach(
                    connection -> connection.toClient(() -> connection.client.stirred(connection, vacated)));
        }
        if (transaction.touchesLine()) {
            connections.forEach(connection -> connection.tellWhoLeft(state));
        }
        Request request = transaction.request();
        if (request != null && request.connection() != null && request.connection().server == this) {
            if (request.kind == Request.Kind.CREATE_SESSION) {
                validated(request.connection(), request.session(), true);
            } else if (transaction.code() == Code.REFUSED) {
                // Leader and client may disagree on where the session is served: it has to be taken up anew.
                connections.remove(request.connection());
                request.connection().dropByServer();
            } else {
                answer(request, transaction.code());
            }
        }
        if (transaction.closed() != 0) {
            connections.stream()
                    .filter(connection -> connection.session == transaction.closed())
                    .toList()
                    .forEach(connection -> {
                        connections.remove(connection);
                        connection.dropByServer();
                    });
        }
    }

    void dropped(Connection connection) {
        connections.remove(connection);
    }
}
