package io.masterlatch.simulation;

import java.util.List;
import java.util.Optional;

/** The target of a fault and its duration. */
final class Targets {

    private final World world;
    private final Dice dice;

    Targets(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    Optional<Instance> master() {
        return world.instances.stream().filter(Instance::isMaster).findFirst();
    }

    /** The master more often than others: it has most to lose. */
    Instance instance() {
        Optional<Instance> master = master();
        return master.isPresent() && dice.chance(0.6) ? master.get() : dice.oneOf(world.instances);
    }

    Server server() {
        double which = dice.real(0, 1);
        Optional<Server> leader = world.ensemble.leader();
        if (which < 0.35 && leader.isPresent()) {
            return leader.get();
        }
        return which < 0.75 ? serverOf(instance()) : dice.oneOf(world.ensemble.servers);
    }

    Server serverOf(Instance instance) {
        Server server = instance.client().server();
        return server != null ? server : dice.oneOf(world.ensemble.servers);
    }

    /** How long something lasts: often about as long as something else that matters. */
    long time() {
        long lease = world.setting.lease();
        long timeout = world.setting.timeout();
        long time = dice.chance(0.3)
                ? dice.between(0, 3 * lease)
                : dice.oneOf(List.of(
                                lease / 5,
                                lease * 4 / 5,
                                lease,
                                lease,
                                lease * 12 / 10,
                                lease * 12 / 10,
                                lease * 3 / 2,
                                timeout * 2 / 3,
                                timeout,
                                timeout + world.setting.tick()))
                        + dice.between(-lease / 10, lease / 10);
        world.lasts(Math.max(1, time));
        return Math.max(1, time);
    }

    void lasts(long time) {
        world.lasts(time);
    }
}
