package io.masterlatch.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client that knows nothing of leases and creates the node by hand, as with {@code create -e /master}. */
final class Stranger extends Process {

    private static final long PERSISTENCE = Setting.SECOND / 4;

    private final long stays;
    private final boolean closes;
    private final Client client;
    private boolean done;
    private boolean gone;

    /**
     * Makes one.
     *
     * @param stays how long it holds the node
     * @param closes whether it closes its session in the end, or vanishes
     */
    Stranger(World world, long stays, boolean closes) {
        super(world, "stranger", world.newClock());
        this.stays = stays;
        this.closes = closes;
        this.client = new Client(this, world.setting.timeout());
    }

    void come() {
        world.story.add(() -> this + " comes");
        client.connect();
        act();
    }

    void leave() {
        if (!gone) {
            gone = true;
            world.story.add(() -> this + " leaves");
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
        Op create = Op.create(Op.Kind.CREATE_EPHEMERAL, Paths.MASTER, "stranger:80".getBytes(StandardCharsets.UTF_8));
        client.send(client.handle(), Request.write(List.of(create), outcome -> {
            if (outcome.code() == Code.OK && !done) {
                done = true;
                world.story.add(() -> this + " owns the node");
                world.occurred("a stranger owned the node");
                after(stays, this, this::leave);
            }
        }));
        after(PERSISTENCE, this, this::act);
    }
}
