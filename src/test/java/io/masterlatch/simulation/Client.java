package io.masterlatch.simulation;

import io.masterlatch.simulation.Request.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's client, with Curator's habit of beginning a new session when the old one is over. */
final class Client {

    /** What a client tells its user. */
    interface Events {

        void connected(long session, long attempt);

        void disconnected();

        void sessionEnded();

        void stirred(boolean vacated);

        void left(String place);
    }

    private static final String IO = "client";

    final Process process;
    private final World world;
    private final Events events;
    private final Handover states;
    private final Handover replies;
    private final List<Server> hosts;
    private final long timeout;
    private final ArrayDeque<Request> outgoing = new ArrayDeque<>();
    private final ArrayDeque<Request> underWay = new ArrayDeque<>();
    private final Set<String> watched = new HashSet<>();
    private @Nullable Connection connection;
    private boolean established;
    private boolean over;
    private @Nullable Kind losesReply;
    private @Nullable Runnable whenDialled;
    private long session;
    private long attempt;
    private boolean firstAttempt = true;
    private int attempts;
    private int failures;
    private long heard;
    private long said;
    private int outages;

    Client(Process process, Events events) {
        this.process = process;
        this.world = process.world;
        this.events = events;
        this.states = new Handover(process);
        this.replies = new Handover(process);
        this.hosts = world.dice.shuffled(world.ensemble.servers);
        this.timeout = world.setting.timeout();
    }

    void open() {
        connect();
    }

    long session() {
        return session;
    }

    @Nullable
    Server server() {
        return connection == null ? null : connection.server;
    }

    /** Sends a request, or keeps it until the session is connected again or an attempt at that fails. */
    void send(Request request) {
        if (over) {
            fail(List.of(request));
        } else if (established && connection != null) {
            transmit(connection, request);
        } else {
            outgoing.add(request);
        }
    }

    /** Closes the session, if it can be reached, and falls silent. */
    void close() {
        boolean reachable = established && connection != null;
        Connection last = connection;
        over = true;
        outages++;
        if (!reachable) {
            abandon();
            return;
        }
        transmit(last, Request.of(Kind.CLOSE_SESSION, (code, state) -> abandon()));
    }

    /** Deletes the node, whosever it is, in whichever session that succeeds; then closes that. */
    void deletePath() {
        send(Request.of(Kind.DELETE, (code, state) -> {
            if (code == Code.OK || code == Code.NO_NODE) {
                close();
            } else {
                deletePath();
            }
        }));
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

    /** Breaks the connection when the next reply to such a request is about to come. */
    void loseReply(Kind kind) {
        losesReply = kind;
    }

    /** Breaks the connection, and does something as soon as the attempt at the next is on its way. */
    void reset(Runnable task) {
        whenDialled = task;
        reset();
    }

    void established(Connection on, long id) {
        if (on != connection || over) {
            return;
        }
        established = true;
        session = id;
        failures = 0;
        outages++;
        heard = process.clock.now();
        long began = attempt;
        states.hand(() -> {
            if (!over) {
                events.connected(id, began);
            }
        });
        stir(false);
        if (!watched.isEmpty()) {
            String places = String.join(" ", watched);
            transmit(on, new Request(Kind.SET_WATCHES, places, -1, (code, state) -> {}));
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
        if (on == connection) {
            if (over) {
                abandon();
            } else {
                lose();
            }
        }
    }

    void stirred(Connection on, boolean vacated) {
        if (on == connection && established) {
            heard = process.clock.now();
            stir(vacated);
        }
    }

    void left(Connection on, String place) {
        if (on == connection && established) {
            heard = process.clock.now();
            watched.remove(place);
            replies.hand(() -> {
                if (!over) {
                    events.left(place);
                }
            });
        }
    }

    void answered(Connection on, Request request, Code code, State state) {
        if (on != connection) {
            return;
        }
        if (losesReply == request.kind) {
            losesReply = null;
            reset();
            return;
        }
        heard = process.clock.now();
        underWay.remove(request);
        if (request.kind == Kind.WATCH && code == Code.OK) {
            watched.add(request.data);
        }
        replies.hand(() -> request.answer.take(code, state));
    }

    private void stir(boolean vacated) {
        replies.hand(() -> {
            if (!over) {
                events.stirred(vacated);
            }
        });
    }

    private void transmit(Connection on, Request request) {
        request.sentOn(on, session);
        underWay.add(request);
        said = process.clock.now();
        on.toServer(() -> on.server.receive(on, request));
    }

    /** Tries the next server; after all were tried in vain, it takes a rest before. */
    private void connect() {
        int present = ++attempts;
        long rest = failures > 0 && failures % hosts.size() == 0 ? timeout / 10 : 0;
        long pause = firstAttempt ? 0 : world.dice.between(0, timeout / 10);
        failures++;
        firstAttempt = false;
        process.after(rest, IO, () -> {
            if (present == attempts && !over) {
                attempt = process.clock.now();
                process.after(pause, IO, () -> {
                    if (present == attempts && !over) {
                        dial(hosts.get(present % hosts.size()));
                    }
                });
            }
        });
    }

    private void dial(Server server) {
        Connection dialled = new Connection(this, server, session);
        connection = dialled;
        heard = process.clock.now();
        said = heard;
        dialled.toServer(() -> server.accept(dialled));
        keepAlive(dialled);
        if (whenDialled != null) {
            whenDialled.run();
            whenDialled = null;
        }
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
                if (on.hasNews() && world.dice.chance(0.9)) {
                    heard = now;
                } else {
                    lose();
                    return;
                }
            }
            if (established && now - said >= timeout / 3) {
                transmit(on, Request.of(Kind.PING, (code, state) -> {}));
            }
            keepAlive(on);
        });
    }

    private long limit() {
        return established ? timeout * 2 / 3 : timeout / 3;
    }

    private void lose() {
        boolean outage = established;
        disconnect();
        if (outage) {
            states.hand(() -> {
                if (!over) {
                    events.disconnected();
                }
            });
            if (world.setting.givesUp()) {
                int present = ++outages;
                process.after(timeout, IO, () -> {
                    if (!over && present == outages) {
                        beginAnew();
                    }
                });
            }
        }
        connect();
    }

    /** Leaves the session behind and makes another. */
    private void beginAnew() {
        disconnect();
        outages++;
        session = 0;
        watched.clear();
        states.hand(() -> {
            if (!over) {
                events.sessionEnded();
            }
        });
        firstAttempt = true;
        connect();
    }

    private void disconnect() {
        if (connection != null) {
            connection.dropByClient();
            connection = null;
        }
        established = false;
        List<Request> lost = new ArrayList<>(underWay);
        lost.addAll(outgoing);
        underWay.clear();
        outgoing.clear();
        fail(lost);
    }

    private void fail(List<Request> lost) {
        lost.forEach(request -> replies.hand(() -> request.answer.take(Code.CONNECTION_LOSS, State.empty())));
    }
}
