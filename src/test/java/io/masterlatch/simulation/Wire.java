package io.masterlatch.simulation;

import java.util.ArrayDeque;

/**
 * One direction of a connection: what is sent arrives in order, late perhaps, and waits for a receiver that is frozen.
 */
final class Wire {

    private final World world;
    private final Path path;
    private final Process receiver;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>(0);
    private long last;

    Wire(World world, Process sender, Process receiver) {
        this.world = world;
        this.path = world.path(sender, receiver);
        this.receiver = receiver;
    }

    void send(Runnable delivery) {
        last = Math.max(world.timeline.now() + path.latency(), last + 1);
        world.timeline.at(last, () -> arrive(delivery));
    }

    private void arrive(Runnable delivery) {
        if (path.isCut() || !held.isEmpty()) {
            held.add(delivery);
            path.holds(this);
        } else {
            receiver.run(this, delivery);
        }
    }

    void flush() {
        if (path.isCut()) {
            path.holds(this);
            return;
        }
        while (!held.isEmpty()) {
            receiver.run(this, held.poll());
        }
    }
}
