package io.masterlatch.simulation;

import io.masterlatch.simulation.Request.Kind;
import io.masterlatch.simulation.State.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's client, with Curator's habit of making a new handle when the session is over. */
final class Client {

    private static final String IO = "client";
    private static final Outcome LOST = Outcome.without(Code.CONNECTION_LOSS);
    private static final Outcome OVER = Outcome.without(Code.SESSION_EXPIRED);

    final Process process;
    final ClientFaults faults;
    private final World world;
    private final Handover states;
    private final Handover replies;
    private final List<Server> hosts;
    final long wanted;
    private final List<Runnable> listeners = new ArrayList<>();
    private final ArrayDeque<Request> outgoing = new ArrayDeque<>();
    private final ArrayDeque<Request> underWay = new ArrayDeque<>();
    private final Watches watches = new Watches();
    private @Nullable Connection connection;
    private boolean established;
    private boolean over;
    private int handle = 1;
    private long session;
    private long timeout;
    private long lastZxid;
    private boolean firstAttempt = true;
    private int attempts;
    private int failures;
    private long heard;
    private long said;
    private int outages;

    Client(Process process, long wantedTimeout) {
        this.process = process;
        this.world = process.world;
        this.faults = new ClientFaults(this);
        this.states = new Handover(process);
        this.replies = new Handover(process);
        this.hosts = world.dice.shuffled(world.ensemble.servers);
        this.wanted = wantedTimeout;
        this.timeout = wantedTimeout;
    }

    /** Has a task run on the client's thread for states whenever the connection has come or gone. */
    void addListener(Runnable changed) {
        listeners.add(changed);
    }

    void removeListener(Runnable changed) {
        listeners.remove(changed);
    }

    boolean isConnected() {
        return established && !over;
    }

    /** Which handle this is: each session has one of its own. */
    int handle() {
        return handle;
    }

    long session() {
        return session;
    }

    long timeout() {
        return timeout;
    }

    /** The thread that runs watchers and takes replies. */
    Object eventThread() {
        return replies;
    }

    @Nullable
    Server server() {
        return connection == null ? null : connection.server;
    }

    /** Sends a request, or keeps it until the session is connected again or an attempt at that fails. */
    void send(int onHandle, Request request) {
        if (over || onHandle != handle) {
            fail(List.of(request), OVER);
        } else if (established && connection != null) {
            transmit(connection, request);
        } else {
            outgoing.add(request);
        }
    }

    /** Closes the session, if it can be reached, and falls silent. */
    void close() {
        over = true;
        outages++;
        if (established && connection != null) {
            transmit(connection, Request.of(Kind.CLOSE_SESSION, outcome -> abandon()));
        } else {
            abandon();
        }
    }

    /** Drops the connection and leaves the session to expire. */
    void abandon() {
        over = true;
        if (connection != null) {
            connection.dropByClient();
            connection = null;
        }
    }

    /** Breaks the connection. */
    void reset() {
        if (connection != null && !over) {
            lose();
        }
    }

    void established(Connection on, long id, long granted) {
        if (on != connection || over) {
            return;
        }
        established = true;
        if (session == id && granted != timeout) {
            world.occurred("a session timeout changed at a reconnect");
        }
        session = id;
        timeout = granted;
        failures = 0;
        outages++;
        heard = process.clock.now();
        publishState();
        Map<String, Boolean> again = watches.paths();
        if (!again.isEmpty()) {
            on.toServer(() -> on.watchAgain(again, on.server.applied().state()));
        }
        while (!outgoing.isEmpty()) {
            transmit(on, outgoing.poll());
        }
    }

    void expired(Connection on) {
        if (on == connection && !over) {
            beginAnew();
        }
    }

    void dropped(Connection on) {
        if (on == connection && over) {
            abandon();
        } else if (on == connection) {
            lose();
        }
    }

    void fired(Connection on, String path) {
        if (on == connection && established) {
            heard = process.clock.now();
            Set<Runnable> watching = watches.take(path);
            replies.hand(() -> watching.forEach(Runnable::run));
        }
    }

    void answered(Connection on, Request request, Outcome outcome, long zxid) {
        if (on != connection) {
            return;
        }
        if (faults.loses(request)) {
            reset();
            return;
        }
        heard = process.clock.now();
        lastZxid = Math.max(lastZxid, zxid);
        underWay.remove(request);
        watches.add(request, outcome.code() == Code.OK);
        replies.hand(() -> request.answer.take(outcome));
    }

    private void publishState() {
        states.hand(() -> List.copyOf(listeners).forEach(Runnable::run));
    }

    private void transmit(Connection on, Request request) {
        request.sentOn(on, session, timeout);
        underWay.add(request);
        said = process.clock.now();
        faults.transmit(on, request);
    }

    /** Begins to connect, or tries the next server; after it has failed with all, it rests first. */
    void connect() {
        int present = ++attempts;
        long rest = failures > 0 && failures % hosts.size() == 0 ? ClientFaults.REST : 0;
        long pause = firstAttempt ? 0 : world.dice.between(0, ClientFaults.REST);
        failures++;
        firstAttempt = false;
        process.after(rest + pause, IO, () -> {
            if (present == attempts && !over) {
                dial(faults.choose(hosts, present));
            }
        });
    }

    private void dial(Server server) {
        Connection dialled = new Connection(this, server, session, lastZxid);
        connection = dialled;
        heard = process.clock.now();
        said = heard;
        dialled.toServer(() -> server.accept(dialled));
        keepAlive(dialled);
    }

    private void keepAlive(Connection on) {
        long begin = process.clock.now();
        long untilLimit = limit() - (begin - heard);
        long untilPing = timeout / 3 - (begin - said);
        process.after(established ? Math.min(untilLimit, untilPing) : untilLimit, IO, () -> {
            if (on != connection || over) {
                return;
            }
            long now = process.clock.now();
            if (now - heard >= limit()) {
                // Usually what has come already is read before the time is looked at.
                if (on.hasChanges() && world.dice.chance(0.9)) {
                    heard = now;
                } else {
                    lose();
                    return;
                }
            }
            if (established && now - said >= timeout / 3) {
                transmit(on, Request.of(Kind.PING, outcome -> {}));
            }
            keepAlive(on);
        });
    }

    private long limit() {
        return established ? timeout * 2 / 3 : timeout / 3;
    }

    private void lose() {
        boolean outage = established;
        disconnect(LOST);
        if (outage) {
            publishState();
            int present = ++outages;
            process.after(timeout * world.setting.sessionLimit() / 3, IO, () -> {
                if (!over && present == outages) {
                    beginAnew();
                }
            });
        }
        connect();
    }

    /** Leaves the session behind and makes a new handle. */
    void beginAnew() {
        disconnect(OVER);
        outages++;
        session = 0;
        lastZxid = 0;
        timeout = wanted;
        handle++;
        watches.clear();
        firstAttempt = true;
        publishState();
        attempts++;
        faults.whenHandleCanBeMade(this::connect);
    }

    private void disconnect(Outcome why) {
        if (connection != null) {
            connection.dropByClient();
            connection = null;
        }
        established = false;
        List<Request> lost = new ArrayList<>(underWay);
        lost.addAll(outgoing);
        underWay.clear();
        outgoing.clear();
        fail(lost, why);
    }

    private void fail(List<Request> lost, Outcome why) {
        lost.forEach(request -> replies.hand(() -> request.answer.take(why)));
    }
}
