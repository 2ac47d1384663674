package io.masterlatch.simulation;

import java.util.HashSet;
import java.util.Set;

/** A connection between a client and a server; either side may think it alive when the other has dropped it. */
final class Connection {

    final Client client;
    final Server server;
    long session;
    private final Wire up;
    private final Wire down;
    private final Set<String> watched = new HashSet<>(4);
    private boolean clientOpen = true;
    private boolean serverOpen = true;

    Connection(Client client, Server server, long session) {
        this.client = client;
        this.server = server;
        this.session = session;
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

    /** Has the server tell once when this place in the line is gone. */
    void watch(String place) {
        watched.add(place);
    }

    void tellWhoLeft(State state) {
        watched.removeIf(place -> {
            boolean gone = !state.hasPlace(place);
            if (gone) {
                toClient(() -> client.left(this, place));
            }
            return gone;
        });
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
    boolean hasNews() {
        return client.process.isWaiting(down);
    }
}
