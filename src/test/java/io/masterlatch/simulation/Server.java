package io.masterlatch.simulation;

import io.masterlatch.simulation.State.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper server: it keeps a log, serves its clients while it leads or follows, and looks for a leader otherwise.
 */
final class Server extends Process {

    final int id;
    private final List<Connection> connections = new ArrayList<>();
    private Transaction logged;
    private Transaction applied;
    private @Nullable Duty duty;
    private long epoch;
    private boolean down;
    private long minTimeout;
    private long maxTimeout;

    Server(World world, int id, Transaction first) {
        super(world, "server" + id, world.serverClock());
        this.id = id;
        this.logged = first;
        this.applied = first;
        limit(2 * world.setting.tick(), 20 * world.setting.tick());
    }

    Transaction logged() {
        return logged;
    }

    Transaction applied() {
        return applied;
    }

    /**
     * The epoch of the last leader it led or followed: a log of a later epoch is the newer one, however long the other
     * is.
     */
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

    /** Grants session timeouts within these limits from now on. */
    void limit(long min, long max) {
        minTimeout = min;
        maxTimeout = max;
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
    void resign(String why) {
        if (duty != null) {
            world.story.add(() -> this + " looks for a leader: " + why);
            stopServing();
            world.ensemble.search(this);
        }
    }

    void crash() {
        world.story.add(() -> this + " crashes");
        stopServing();
        die();
        down = true;
    }

    void restart() {
        if (down) {
            world.story.add(() -> this + " starts again");
            down = false;
            world.ensemble.search(this);
        }
    }

    /** Crashes and finds other data when it starts again. */
    void crashAndReplace(Transaction data) {
        crash();
        logged = data;
        applied = data;
        epoch = data.number() >>> 32;
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
        if (duty == null || connection.lastZxid > applied.number()) {
            connection.dropByServer();
            return;
        }
        connections.add(connection);
        connection.timeout = Math.max(minTimeout, Math.min(connection.client.wanted, maxTimeout));
        if (connection.session != 0) {
            duty.revalidate(connection);
            return;
        }
        Request create = Request.of(Request.Kind.CREATE_SESSION, outcome -> {});
        create.sentOn(connection, world.newSession(), connection.timeout);
        duty.submit(create);
    }

    /** Reports to the client of a connection whether its session lives. */
    void validated(Connection connection, long session, boolean valid) {
        if (!connection.isServerOpen()) {
            return;
        }
        if (valid) {
            if (connection.lastZxid == 0
                    && applied.number() < world.ensemble.committed().number()) {
                world.occurred("a new session on a lagging server");
            }
            connection.session = session;
            connection.toClient(() -> connection.client.established(connection, session, connection.timeout));
        } else {
            connection.toClient(() -> connection.client.expired(connection));
            connection.dropByServer();
            connections.remove(connection);
        }
    }

    void receive(Connection connection, Request request) {
        if (duty == null || !duty.touch(request.session(), connection.timeout)) {
            return;
        }
        if (duty instanceof Leading leading && request.kind != Request.Kind.PING && leading.isWithoutQuorum()) {
            world.occurred("a leader without a quorum was asked");
        }
        if (!request.kind.isLocal()) {
            connection.begun(request);
            duty.submit(request);
        } else if (!connection.waits(request)) {
            serve(connection, request);
            answer(request);
        }
    }

    private void serve(Connection connection, Request request) {
        if (request.kind == Request.Kind.READ && request.watcher != null) {
            String path = request.path();
            if (request.watchMissing || applied.state().node(path) != null) {
                connection.watch(path);
            }
        }
    }

    /** Answers a request with the state as it is here. */
    void answer(Request request) {
        State state = applied.state();
        boolean missing = request.kind == Request.Kind.READ && state.node(request.path()) == null;
        answer(request, new Outcome(state, missing ? Code.NO_NODE : Code.OK, -1, null));
    }

    private void answer(Request request, Outcome outcome) {
        Connection connection = request.connection();
        if (connection != null && connection.server == this) {
            connection.answer(request, outcome, applied.number());
            if (!request.kind.isLocal()) {
                connection.done(request).forEach(read -> {
                    serve(connection, read);
                    answer(read);
                });
            }
        }
    }

    /** Makes a committed transaction visible here, and answers the request behind it if that came from here. */
    void apply(Transaction transaction) {
        applied = transaction;
        connections.forEach(connection -> connection.notifyWatches(transaction));
        Request request = transaction.request();
        if (request != null && request.connection() != null && request.connection().server == this) {
            if (request.kind == Request.Kind.CREATE_SESSION) {
                validated(request.connection(), request.session(), true);
            } else if (transaction.outcome().code() == Code.SESSION_MOVED && world.dice.chance(0.5)) {
                // Most server versions end the connection instead of an answer.
                connections.remove(request.connection());
                request.connection().dropByServer();
            } else {
                answer(request, transaction.outcome());
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
