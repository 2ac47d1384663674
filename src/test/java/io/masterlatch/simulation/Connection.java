package io.masterlatch.simulation;

import io.masterlatch.simulation.State.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection between a client and a server; either side may think it alive when the other has dropped it. */
final class Connection {

    final Client client;
    final Server server;
    /** The last transaction that the client had seen when it dialled; a server that is behind refuses it. */
    final long lastZxid;

    long session;
    long timeout;
    private final Wire up;
    private final Wire down;
    private final ArrayDeque<Request> pending = new ArrayDeque<>();
    private final Set<String> watched = new LinkedHashSet<>(4);
    private boolean clientOpen = true;
    private boolean serverOpen = true;

    Connection(Client client, Server server, long session, long lastZxid) {
        this.client = client;
        this.server = server;
        this.session = session;
        this.lastZxid = lastZxid;
        this.up = new Wire(server.world, client.process, server);
        this.down = new Wire(server.world, server, client.process);
    }

    void toServer(Runnable delivery) {
        up.send(() -> {
            if (serverOpen) {
                delivery.run();
            }
        });
    }

    void toClient(Runnable delivery) {
        if (serverOpen) {
            down.send(() -> {
                if (clientOpen) {
                    delivery.run();
                }
            });
        }
    }

    void answer(Request request, Outcome outcome, long zxid) {
        toClient(() -> client.answered(this, request, outcome, zxid));
    }

    /** The server passes a request on, and answers nothing that comes behind it before that is done. */
    void begun(Request request) {
        pending.add(request);
    }

    /** Whether a read has to wait for a request in front of it. */
    boolean waits(Request read) {
        return !pending.isEmpty() && pending.add(read);
    }

    /** Ends the wait for a request, and returns the reads that waited for it only. */
    List<Request> done(Request request) {
        pending.remove(request);
        List<Request> reads = new ArrayList<>();
        while (!pending.isEmpty() && pending.peek().kind.isLocal()) {
            reads.add(pending.poll());
        }
        return reads;
    }

    /** Registers a one-shot watch for this node. */
    void watch(String path) {
        watched.add(path);
    }

    /** Watches again what the client watched at another server, and fires for what has changed since then. */
    void watchAgain(Map<String, Boolean> paths, State state) {
        paths.forEach((path, existed) -> {
            Znode node = state.node(path);
            boolean changed = node == null ? existed : !existed || node.mzxid() > lastZxid;
            if (changed) {
                toClient(() -> client.fired(this, path));
            } else {
                watched.add(path);
            }
        });
    }

    void notifyWatches(Transaction transaction) {
        if (watched.isEmpty()) {
            return;
        }
        Request request = transaction.request();
        if (request != null) {
            // As a server does, in the order of the operations.
            request.ops.forEach(op -> notifyWatch(op.path(), transaction));
        }
        List.copyOf(watched).forEach(path -> notifyWatch(path, transaction));
    }

    private void notifyWatch(String path, Transaction transaction) {
        boolean changed =
                isChanged(transaction.before(path), transaction.state().node(path));
        if (changed && watched.remove(path)) {
            toClient(() -> client.fired(this, path));
        }
    }

    private static boolean isChanged(@Nullable Znode before, @Nullable Znode after) {
        return before == null || after == null ? before != after : before.mzxid() != after.mzxid();
    }

    void dropByClient() {
        if (clientOpen) {
            clientOpen = false;
            up.send(() -> {
                serverOpen = false;
                server.dropped(this);
            });
        }
    }

    void dropByServer() {
        if (serverOpen) {
            toClient(() -> client.dropped(this));
            serverOpen = false;
        }
    }

    boolean isServerOpen() {
        return serverOpen;
    }

    /** Whether something has come for the client that it had no time for yet. */
    boolean hasChanges() {
        return client.process.isWaiting(down);
    }
}
