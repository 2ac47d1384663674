package io.masterlatch.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What only schedules of a realm of their own contain: see {@link Realm}. */
final class ChangesByHand {

    private static final long AGAIN = Setting.SECOND / 5;
    /** A record that cannot be read counts as a lease of 60 s. */
    static final long RUBBISH = 72 * Setting.SECOND * 11 / 10;

    private final World world;
    private final Dice dice;
    private final Targets targets;

    ChangesByHand(World world, Dice dice, Targets targets) {
        this.world = world;
        this.dice = dice;
        this.targets = targets;
    }

    void plan(long time) {
        switch (world.setting.realm()) {
            case CLONED -> world.timeline.at(time, this::copy);
            case LEASE_LOST -> world.timeline.at(time, dice.chance(0.5) ? this::delete : this::spoil);
            case LEASE_DELETED -> world.timeline.at(time, this::delete);
            case LEASE_RELEASED ->
                world.timeline.at(
                        time, () -> write("the lease was released by hand", "masterlatch 1 released by-hand"));
            case LEASE_RUBBISH -> world.timeline.at(time, this::spoil);
            case REPLACED -> replace(time);
            default -> {
                // Drawn with the other faults.
            }
        }
    }

    private void delete() {
        change("the lease was deleted by hand", List.of(Op.delete(Paths.GUARD, -1), Op.delete(Paths.LEASE, -1)));
    }

    private void spoil() {
        write("the lease was made unreadable by hand", "rubbish");
    }

    private void write(String what, String record) {
        change(what, List.of(Op.set(Paths.LEASE, record.getBytes(StandardCharsets.UTF_8), -1)));
    }

    private void change(String what, List<Op> ops) {
        boolean there = world.ensemble.committed().state().node(Paths.LEASE) != null;
        if (there && world.ensemble.byHand(ops)) {
            world.story.add(() -> what);
            world.occurred(what);
            if (world.setting.realm() == Realm.LEASE_LOST && dice.chance(0.5)) {
                world.ensemble.byHand(List.of(Op.delete(Paths.MASTER, -1)));
            }
            suspendPromise();
            targets.lasts(1);
        } else {
            targets.lasts(2 * AGAIN);
            world.timeline.in(AGAIN, () -> change(what, ops));
        }
    }

    private void suspendPromise() {
        if (!world.setting.realm().isPromiseSuspended()) {
            return;
        }
        long longest = world.instances.stream()
                .mapToLong(instance -> instance.lease.toNanos())
                .max()
                .orElseThrow();
        world.referee.suspendPromise(world.setting.realm() == Realm.LEASE_RUBBISH ? RUBBISH : longest * 12 / 10);
    }

    private void replace(long time) {
        boolean wiped = dice.chance(0.5);
        Transaction[] earlier = {Transaction.first()};
        if (!wiped) {
            world.timeline.at(dice.between(0, time), () -> earlier[0] = world.ensemble.committed());
        }
        world.timeline.at(time, () -> {
            String what = wiped ? "the data was wiped" : "the data was restored";
            world.story.add(() -> what);
            world.occurred(what);
            long pause = dice.between(1, 2 * world.setting.lease());
            targets.lasts(pause);
            world.ensemble.replace(earlier[0], pause);
            world.referee.dataReplaced();
            suspendPromise();
        });
    }

    /** Starts an instance anew under the id of another. */
    private void copy() {
        Instance original = targets.instance();
        Instance copy = dice.oneOf(world.instances);
        if (copy == original || original.mastership().id().isEmpty()) {
            targets.lasts(2 * AGAIN);
            world.timeline.in(AGAIN, this::copy);
            return;
        }
        world.story.add(() -> copy + " becomes a copy of " + original);
        world.occurred("a process was copied");
        copy.kill();
        copy.copyId(original.mastership().id());
        copy.start();
    }
}
