package io.masterlatch.simulation;

import io.masterlatch.simulation.LoopFaults.Place;
import java.util.List;

/** What goes wrong with instances, and what is done with them. */
final class ProcessFaults {

    private final World world;
    private final Dice dice;
    private final Targets targets;

    ProcessFaults(World world, Dice dice, Targets targets) {
        this.world = world;
        this.dice = dice;
        this.targets = targets;
    }

    void kinds(NetworkFaults.Kinds kinds) {
        kinds.kind(4, "a process froze", () -> targets.instance().freeze(targets.time()));
        kinds.kind(4, "a process was to freeze with a request under way", this::freezeOnRequest);
        kinds.kind(2, "the loop was held up", this::holdLoop);
        kinds.kind(2, "the loop's timer was held up", () -> hold(InstanceTimer.THREAD));
        kinds.kind(1, "ZooKeeper's event thread was held up", this::holdEventThread);
        kinds.kind(1, "the thread that gets clients was held up", () -> hold(SimulatedStore.THREAD));
        kinds.kind(5, "the loop was to stall in a step", this::stall);
        if (world.setting.realm() != Realm.LEASE_LOST) {
            kinds.kind(2, "a process was killed", this::kill);
            kinds.kind(3, "a latch was stopped", () -> stop());
            kinds.kind(2, "something was to be thrown at a start", this::failAtStart);
        }
        kinds.kind(3, "a latch withdrew", this::withdraw);
        kinds.kind(4, "the mastership was handed over", this::handOver);
        kinds.kind(2, "the wall clock was set", this::setWall);
        List.of(Place.PUBLISH, Place.CHANGED, Place.TICK, Place.BEFORE_SEND, Place.AFTER_SEND, Place.TIMER, Place.CLOCK)
                .forEach(place -> kinds.kind(1, "something was to be thrown in " + place, () -> fail(place)));
        if (world.setting.realm() == Realm.SUSPENDED) {
            kinds.kind(30, "the machine was suspended", this::suspend);
        }
    }

    private void suspend() {
        Instance instance = targets.instance();
        long time = dice.chance(0.3) ? dice.between(0, world.setting.lease() / 8) : targets.time();
        targets.lasts(time);
        world.story.add(() -> instance + " is suspended with its machine for " + time / Setting.MS + " ms");
        if (!instance.isFrozen()) {
            instance.suspend(time);
        }
    }

    private void freezeOnRequest() {
        targets.instance().faults.freezeOnRequest(dice.between(1, 6), targets.time());
    }

    private void hold(Object thread) {
        Instance instance = targets.instance();
        world.story.add(() -> "a thread of " + instance + " is held up: " + thread);
        instance.hold(thread, targets.time());
    }

    private void holdEventThread() {
        Instance instance = targets.instance();
        world.story.add(() -> "the event thread of " + instance + " is held up");
        instance.hold(instance.client().eventThread(), targets.time());
    }

    private void holdLoop() {
        Instance instance = targets.instance();
        long time = targets.time();
        world.story.add(() -> "the loop of " + instance + " is held up");
        instance.hold(InstanceTimer.THREAD, time);
        instance.hold(instance.client().eventThread(), time);
    }

    private void stall() {
        long time = targets.time();
        targets.lasts(time + world.setting.lease());
        targets.instance().faults.stall(LoopFaults.stallPlace(dice), time);
    }

    private void kill() {
        Instance instance = targets.instance();
        long time = dice.chance(0.6) ? dice.between(0, world.setting.lease()) : targets.time();
        targets.lasts(time);
        instance.kill();
        world.timeline.in(time, instance::start);
    }

    private Instance stop() {
        Instance instance = targets.instance();
        boolean again = dice.chance(0.4);
        instance.stop(again);
        if (!again) {
            world.timeline.in(targets.time(), instance::start);
        }
        return instance;
    }

    private void withdraw() {
        Instance instance = targets.instance();
        instance.candidate(!instance.startedAsCandidate);
        // All but the first candidate may stay withdrawn.
        boolean first = world.instances.stream()
                .filter(one -> one.startedAsCandidate)
                .findFirst()
                .filter(one -> one == instance)
                .isPresent();
        if (first || dice.chance(0.6)) {
            world.timeline.in(targets.time(), () -> instance.candidate(instance.startedAsCandidate));
        }
    }

    private void handOver() {
        targets.master().ifPresent(master -> {
            Instance other = dice.oneOf(world.instances);
            if (other != master) {
                master.handOver(other.mastership().id());
            }
        });
    }

    private void setWall() {
        Instance instance = targets.instance();
        // Back would hide a suspension.
        boolean back = world.setting.realm() != Realm.SUSPENDED && dice.chance(0.5);
        long millis = targets.time() / Setting.MS * (back ? -1 : 1);
        world.story.add(() -> "the wall clock of " + instance + " is set by " + millis + " ms");
        instance.clock.setWall(millis);
    }

    private void fail(Place place) {
        Instance instance = targets.instance();
        instance.faults.fail(place, dice.between(1, 4), dice.chance(0.5));
        targets.lasts(world.setting.lease());
    }

    private void failAtStart() {
        Instance instance = stop();
        instance.faults.fail(dice.chance(0.5) ? Place.OPEN : Place.TOKENS, dice.between(1, 3), dice.chance(0.5));
        targets.lasts(2 * world.setting.lease());
    }
}
