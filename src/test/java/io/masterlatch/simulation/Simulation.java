package io.masterlatch.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One schedule from its seed to its end. */
final class Simulation {

    private final World world;

    /**
     * Which schedules to draw.
     *
     * @param realm the only realm; null for any
     * @param focus a part of the names of the faults to draw, an alternative after each |; empty for all
     */
    record Choice(@Nullable Realm realm, String focus) {

        static final Choice ALL = new Choice(null, "");

        boolean includes(String fault) {
            return focus.isEmpty() || List.of(focus.split("\\|")).stream().anyMatch(fault::contains);
        }
    }

    /**
     * Makes one.
     *
     * @param seed from which everything follows
     * @param choice from which schedules to draw
     * @param storyKept whether to keep the story
     */
    Simulation(long seed, Choice choice, boolean storyKept) {
        Dice dice = new Dice(seed);
        Realm drawn = dice.chance(0.75) ? Realm.ORDINARY : dice.oneOf(List.of(Realm.values()));
        Realm realm = choice.realm() == null ? drawn : choice.realm();
        this.world = new World(Setting.draw(realm, dice), choice, dice, storyKept);
    }

    /**
     * Runs it.
     *
     * @return the kinds of events that occurred
     * @throws Violation when something happens that must not
     */
    Set<String> run() {
        Dice dice = world.dice;
        world.story.add(() -> world.setting.toString());
        int instances = dice.chance(0.85) ? dice.between(2, 4) : dice.between(5, 9);
        boolean different = dice.chance(0.4);
        for (int number = 1; number <= instances; number++) {
            long lease = world.setting.lease();
            if (different) {
                lease = Math.max(500 * Setting.MS, dice.oneOf(List.of(lease / 2, lease, lease * 2)));
            }
            boolean candidate = number <= 2 || dice.chance(0.75);
            Instance instance = new Instance(world, number, candidate, Duration.ofNanos(lease));
            world.instances.add(instance);
            world.timeline.in(dice.between(0, world.setting.lease()), instance::start);
        }
        Faults faults = new Faults(world);
        world.ensemble.start();
        sample();
        faults.plan();
        while (world.timeline.now() < world.faultsEnd()) {
            runUntil(world.faultsEnd());
        }
        world.story.add(() -> "all faults are over");
        faults.over();
        new Recovery(world).run();
        return world.events;
    }

    /** Asks all instances now and then, as their users do. */
    private void sample() {
        world.instances.forEach(world.referee::names);
        world.timeline.in(world.setting.lease() / 7, this::sample);
    }

    private void runUntil(long time) {
        world.timeline.runUntil(time);
        world.referee.check();
    }

    String story() {
        return world.story.toString();
    }
}
