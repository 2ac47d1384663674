package io.masterlatch.simulation;

/** A thread of a process that takes things over from another thread, in order and sometimes late. */
final class Handover {

    private final Process process;
    private long last;

    Handover(Process process) {
        this.process = process;
    }

    void hand(Runnable task) {
        World world = process.world;
        last = Math.max(world.timeline.now() + world.dice.between(0, world.setting.handover()), last + 1);
        process.atTime(last, this, task);
    }
}
