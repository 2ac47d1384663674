package io.masterlatch.simulation;

import io.masterlatch.simulation.Simulation.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** All that one schedule consists of: time, chance, the network, the ensemble, and the instances. */
final class World {

    final Timeline timeline = new Timeline();
    final Dice dice;
    final Setting setting;
    final Choice choice;
    final Story story;
    final Referee referee;
    final Ensemble ensemble;
    final List<Instance> instances = new ArrayList<>();
    final Set<String> events = new TreeSet<>();

    private final Map<Process, Map<Process, Path>> paths = new HashMap<>();
    private long sessions;
    private long faultsEnd;
    private long trackerPause;
    private boolean stalling;

    World(Setting setting, Choice choice, Dice dice, boolean storyKept) {
        this.choice = choice;
        this.dice = dice;
        this.setting = setting;
        this.story = new Story(timeline, storyKept);
        this.referee = new Referee(this);
        this.ensemble = new Ensemble(this);
    }

    /** Has the time of faults last at least so much longer. */
    void lasts(long time) {
        faultsEnd = Math.max(faultsEnd, timeline.now() + time);
    }

    /** The time at which the faults that have begun are over. */
    long faultsEnd() {
        return faultsEnd;
    }

    /** Notes that a kind of event has occurred in this schedule. */
    void occurred(String event) {
        events.add(event);
    }

    Path path(Process from, Process to) {
        return paths.computeIfAbsent(from, created -> new HashMap<>()).computeIfAbsent(to, created -> new Path(this));
    }

    /**
     * Clocks whose readings say nothing about another's; some are about to wrap around. Most run exactly as wrong as
     * they may.
     */
    Clock newClock() {
        return new Clock(timeline, offset(), rate(), rate());
    }

    Clock serverClock() {
        return new Clock(timeline, offset(), 1 + dice.real(-0.02, 0.02), 1);
    }

    private long offset() {
        return dice.chance(0.2) ? Long.MAX_VALUE - dice.between(0, 100 * Setting.SECOND) : dice.any();
    }

    private double rate() {
        return dice.oneOf(List.of(1 - setting.drift(), 1 + setting.drift(), 1.0, 1 - setting.drift()));
    }

    long schedulingDelay() {
        return dice.between(1, setting.schedulingDelay());
    }

    long newSession() {
        return ++sessions;
    }

    /** How long the leader's tracker takes for each session that it ends. */
    long trackerPause() {
        return trackerPause;
    }

    boolean isStalling() {
        return stalling;
    }

    /** Lets time pass for all others while a process is in the middle of something. */
    void stall(Process process, long time) {
        stalling = true;
        timeline.runUntil(timeline.now() + time);
        while (process.isFrozen()) {
            timeline.runUntil(timeline.now() + Setting.SECOND / 10);
        }
        stalling = false;
    }

    void slowTracker(long pause) {
        trackerPause = pause;
    }
}
