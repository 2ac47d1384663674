package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.List;

/** What goes wrong in one schedule: drawn by the seed, and all over at a known time. */
final class Faults {

    private final World world;
    private final Dice dice;
    private final Targets targets;
    private final List<Runnable> kinds = new ArrayList<>();
    private final List<Stranger> strangers = new ArrayList<>();

    Faults(World world) {
        this.world = world;
        this.dice = world.dice.split();
        this.targets = new Targets(world, dice);
        NetworkFaults network = new NetworkFaults(world, dice, targets);
        ProcessFaults processes = new ProcessFaults(world, dice, targets);
        network.kinds(this::kind);
        processes.kinds(this::kind);
        kind(3, "a stranger came", this::stranger);
        kind(2, "the node was deleted by hand", this::deleteNode);
        kind(1, "the node and the guard were deleted by hand", this::deleteGuard);
        kind(2, "the node was edited by hand", this::editNode);
        kind(1, "the queue was deleted by hand", this::deleteQueue);
    }

    private void kind(int weight, String name, Runnable fault) {
        for (int i = 0; i < weight && world.choice.includes(name); i++) {
            kinds.add(() -> {
                world.occurred(name);
                fault.run();
            });
        }
    }

    /** Plans all faults. */
    void plan() {
        int number = dice.between(1, 6);
        long lease = world.setting.lease();
        long first = dice.between(lease * 3 / 2, lease * 5);
        long span = dice.between(lease, 8 * lease);
        if (world.setting.realm() != Realm.ORDINARY) {
            new ChangesByHand(world, dice, targets).plan(first + dice.between(0, span));
        }
        for (int i = 0; i < number; i++) {
            world.timeline.at(first + dice.between(0, span), dice.oneOf(kinds));
        }
        world.lasts(first + span);
    }

    /** Lets all take part and strangers go. */
    void over() {
        strangers.forEach(Stranger::leave);
        world.slowTracker(0);
        world.instances.forEach(instance -> {
            instance.faults.over();
            instance.client().faults.over();
            instance.start();
        });
    }

    private void stranger() {
        Stranger stranger = new Stranger(world, targets.time(), dice.chance(0.6));
        strangers.add(stranger);
        stranger.come();
    }

    private void deleteNode() {
        world.story.add(() -> "the node is deleted by hand");
        world.ensemble.byHand(List.of(Op.delete(Paths.MASTER, -1)));
    }

    private void deleteGuard() {
        world.story.add(() -> "the node and the guard are deleted by hand");
        world.ensemble.byHand(List.of(Op.delete(Paths.GUARD, -1), Op.delete(Paths.MASTER, -1)));
    }

    private void editNode() {
        world.story.add(() -> "the node is edited by hand");
        Znode node = world.ensemble.committed().state().node(Paths.MASTER);
        // That of a stranger stays as it was created: a deletion by version spares it for that.
        if (node != null && node.version() > 0) {
            byte[] data = dice.oneOf(List.of("other:80".getBytes(), new byte[] {0, 1}, new byte[0]));
            world.ensemble.byHand(List.of(Op.set(Paths.MASTER, data, -1)));
        }
    }

    private void deleteQueue() {
        world.story.add(() -> "the queue is deleted by hand");
        List<Op> ops = new ArrayList<>();
        world.ensemble
                .committed()
                .state()
                .children(Paths.QUEUE)
                .forEach(name -> ops.add(Op.delete(Paths.candidate(name), -1)));
        ops.add(Op.delete(Paths.QUEUE, -1));
        world.ensemble.byHand(ops);
    }
}
