package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All that one schedule consists of: time, chance, the network, the ensemble, and those who want to be master. */
final class World {

    final Timeline timeline = new Timeline();
    final Dice dice;
    final Setting setting;
    final Mutant mutant;
    final Story story;
    final Referee referee;
    final Ensemble ensemble;
    final List<Instance> instances = new ArrayList<>();

    private final Map<Process, Map<Process, Path>> paths = new HashMap<>();
    private long sessions;

    World(long seed, Mutant mutant, boolean told) {
        this.dice = new Dice(seed);
        this.setting = Setting.draw(dice);
        this.mutant = mutant;
        this.story = new Story(timeline, told);
        this.referee = new Referee(this);
        this.ensemble = new Ensemble(this);
    }

    Path path(Process from, Process to) {
        return paths.computeIfAbsent(from, created -> new HashMap<>()).computeIfAbsent(to, created -> new Path(this));
    }

    /** A clock whose reading says nothing about another's; some are about to wrap around. */
    Clock newClock() {
        long offset = dice.chance(0.2) ? Long.MAX_VALUE - dice.between(0, 10 * setting.timeout()) : dice.any();
        return new Clock(timeline, offset, 1 + dice.real(-setting.drift(), setting.drift()));
    }

    long schedulingDelay() {
        return dice.between(1, setting.schedulingDelay());
    }

    long newSession() {
        return ++sessions;
    }
}
