package io.masterlatch.simulation;

import io.masterlatch.simulation.Request.Kind;
import io.masterlatch.simulation.State.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes wrong between one client and its servers. */
final class ClientFaults {

    /** How long a client may rest between two attempts to connect. */
    static final long REST = 300_000_000L;

    private static final long RETRY = 2_000_000_000L;

    private final Client client;
    private final World world;
    private boolean losesReply;
    private boolean movesSession;
    private @Nullable Long lateness;
    private @Nullable Long repetition;
    private @Nullable Server next;
    private @Nullable Connection broken;
    private long noHandleUntil;

    ClientFaults(Client client) {
        this.client = client;
        this.world = client.process.world;
    }

    /** Breaks the connection in place of the next reply. */
    void loseReply() {
        losesReply = true;
    }

    /** Has the next write answered by SessionMoved, without being done. */
    void moveSession() {
        movesSession = true;
    }

    /** Breaks the connection at the next write, which is done after a time. */
    void delayWrite(long time) {
        lateness = time;
    }

    /** Has the next write done once more after a time. */
    void repeatWrite(long time) {
        repetition = time;
    }

    /** Has the client dial this server next. */
    void choose(Server server) {
        next = server;
    }

    /** Lets no handle be made for a time, for lack of threads or descriptors. */
    void refuseHandles(long time) {
        noHandleUntil = world.timeline.now() + time;
    }

    /** Ends all that has not happened yet. */
    void over() {
        losesReply = false;
        movesSession = false;
        lateness = null;
        repetition = null;
        next = null;
    }

    boolean isRefusingHandles() {
        return world.timeline.now() < noHandleUntil && !client.isConnected();
    }

    Server choose(List<Server> hosts, int attempt) {
        Server chosen = next;
        next = null;
        return chosen != null ? chosen : hosts.get(attempt % hosts.size());
    }

    boolean loses(Request request) {
        boolean lost = losesReply && request.kind != Kind.PING;
        if (lost) {
            losesReply = false;
            world.occurred("a reply was lost");
        }
        return lost;
    }

    void transmit(Connection on, Request request) {
        if (on == broken) {
            return;
        }
        boolean leaseWrite = request.kind == Kind.WRITE && request.touches(Paths.LEASE);
        if (leaseWrite && movesSession) {
            movesSession = false;
            world.occurred("SessionMoved");
            Outcome moved = Outcome.without(Code.SESSION_MOVED);
            on.toServer(() -> on.answer(request, moved, 0));
            return;
        }
        Long late = lateness;
        if (leaseWrite && late != null) {
            lateness = null;
            world.occurred("a write was done late");
            inject(request.again(), late);
            broken = on;
            client.process.atTime(world.timeline.now() + 1, this, client::reset);
            return;
        }
        Long again = repetition;
        if (leaseWrite && again != null) {
            repetition = null;
            world.occurred("a write was done twice");
            inject(request.again(), again);
        }
        on.toServer(() -> on.server.receive(on, request));
    }

    private void inject(Request write, long delay) {
        world.timeline.in(delay, () -> {
            Server leader = world.ensemble.leader().orElse(null);
            if (leader != null && leader.duty() instanceof Leading leading) {
                leading.inject(write);
            }
        });
    }

    /** Curator makes a handle when it is asked for one, which happens every 2 s. */
    void whenHandleCanBeMade(Runnable task) {
        if (world.timeline.now() < noHandleUntil) {
            client.process.after(RETRY, this, () -> whenHandleCanBeMade(task));
        } else {
            task.run();
        }
    }
}
