package io.masterlatch.simulation;

import io.masterlatch.simulation.Request.Kind;

/** Somebody who knows nothing of this service and creates, writes or deletes the node by hand, as with {@code zkCli}. */
final class Stranger extends Process {

    private final Kind deed;
    private final long stays;
    private final boolean closes;
    private final Client client;
    private boolean done;
    private boolean gone;

    /**
     * Makes one.
     *
     * @param deed what it has come for
     * @param stays how long it stays when that is done; whoever has created the node holds it as long
     * @param closes whether it closes its session in the end, or vanishes
     */
    Stranger(World world, Kind deed, long stays, boolean closes) {
        super(world, "stranger");
        this.deed = deed;
        this.stays = stays;
        this.closes = closes;
        this.client = new Client(this, new Client.Events() {

            @Override
            public void connected(long session, long attempt) {
                act();
            }

            @Override
            public void disconnected() {
                // It waits.
            }

            @Override
            public void sessionEnded() {
                // It waits.
            }

            @Override
            public void stirred(boolean vacated) {
                // It waits for its turn to create the node. The rest is done at once.
                if (vacated && deed == Kind.CREATE) {
                    act();
                }
            }

            @Override
            public void left(String place) {
                // Nothing to it.
            }
        });
    }

    void come() {
        world.story.tell(() -> this + " comes to " + deed);
        client.open();
    }

    void leave() {
        if (!gone) {
            gone = true;
            world.story.tell(() -> this + " leaves");
            if (closes) {
                client.close();
            } else {
                client.abandon();
                die();
            }
        }
    }

    private void act() {
        if (gone || done) {
            return;
        }
        client.send(new Request(deed, "stranger:80", -1, (code, state) -> {
            if (code == Code.OK && !done) {
                done = true;
                world.story.tell(() -> this + " is done");
                after(stays, this, this::leave);
            }
        }));
    }
}
