package io.masterlatch.simulation;

import java.util.List;

/** One schedule from its seed to its end. */
final class Simulation {

    /** In timeouts: how long after the last fault there may be no master, or not only one that stays. */
    static final int RECOVERY = 4;

    private final World world;

    Simulation(long seed, Mutant mutant, boolean told) {
        this.world = new World(seed, mutant, told);
    }

    /**
     * Runs it.
     *
     * @return how often a instance's role or master changed
     * @throws Violation when something happens that must not
     */
    int run() {
        Dice dice = world.dice;
        long timeout = world.setting.timeout();
        world.story.tell(() -> world.setting.toString());
        int instances = dice.chance(0.8) ? dice.between(2, 3) : dice.between(4, 9);
        for (int number = 1; number <= instances; number++) {
            Instance instance = new Instance(world, number, number <= 2 || dice.chance(0.8));
            world.instances.add(instance);
            world.timeline.in(dice.between(0, timeout / 10), instance::start);
        }
        Faults faults = new Faults(world);
        world.ensemble.start();
        long end = faults.plan();
        while (world.timeline.now() < end) {
            world.timeline.runUntil(end);
            end = faults.end();
        }
        world.story.tell(() -> "all faults are over");
        faults.over();
        recover(end, dice.chance(0.1));
        return world.referee.changes();
    }

    /** Waits for one master of whom all know; and, to see whether that lasts, up to the bound and longer. */
    private void recover(long end, boolean toTheEnd) {
        long timeout = world.setting.timeout();
        long bound = end + RECOVERY * timeout;
        for (long time = end; time <= bound; time += timeout / 4) {
            world.timeline.runUntil(time);
            if (!toTheEnd && isSettled()) {
                return;
            }
        }
        if (!isSettled()) {
            throw new Violation("the election has not settled, masters: " + masters());
        }
        int changes = world.referee.changes();
        world.timeline.runUntil(bound + timeout);
        if (world.referee.changes() != changes) {
            throw new Violation("there is no rest after the last fault");
        }
    }

    private boolean isSettled() {
        List<Instance> masters = masters();
        return masters.size() == 1 && world.instances.stream().allMatch(instance -> instance.knows(masters.get(0)));
    }

    private List<Instance> masters() {
        return world.instances.stream().filter(Instance::isMaster).toList();
    }

    String story() {
        return world.story.toString();
    }
}
