package io.masterlatch.simulation;

import io.masterlatch.election.Master;
import java.util.List;
import java.util.Optional;

/**
 * What must follow the last fault: one master that all know, in bounded time; then rest, and calm ends of
 * masterships.
 */
final class Recovery {

    private static final double SLOWEST = 1 / 0.91;
    private static final long CONNECTING = 30 * Setting.SECOND;
    private static final long LAGGING = 10 * Setting.SECOND;

    private final World world;
    private final long longest;

    Recovery(World world) {
        this.world = world;
        this.longest = world.instances.stream()
                .mapToLong(instance -> instance.lease.toNanos())
                .max()
                .orElseThrow();
    }

    void run() {
        awaitConnections();
        Realm realm = world.setting.realm();
        long known = realm == Realm.LEASE_RUBBISH || realm == Realm.LEASE_LOST
                ? ChangesByHand.RUBBISH
                : realm == Realm.REPLACED ? LAGGING : 0;
        if (known > 0) {
            // It may not have been noticed yet.
            runUntil(world.timeline.now() + 2 * longest);
        }
        awaitOneMaster(bound() + (long) (known * SLOWEST), "after the last fault");
        // What was slow or was commanded last may still be under way.
        runUntil(world.timeline.now() + 2 * longest);
        awaitOneMaster(bound(), "in calm");
        world.referee.calm();
        double what = realm.ordinal() >= Realm.LEASE_LOST.ordinal() ? 1 : world.dice.real(0, 1);
        if (what < 0.1) {
            rest();
        } else if (what < 0.2) {
            kill();
        } else if (what < 0.4) {
            release();
        }
    }

    /** The longest time without a master when nothing goes wrong any more. */
    private long bound() {
        long lease = Math.max(longest, 2 * Setting.SECOND);
        long settling = Math.max(longest / 2, 3 * Setting.SECOND / 2);
        return (long) ((lease + longest * 12 / 10 + settling + 13 * Setting.SECOND / 4) * SLOWEST)
                + 20 * world.setting.latency()
                + 20 * world.setting.schedulingDelay();
    }

    private void awaitConnections() {
        long end = world.timeline.now() + CONNECTING + 4 * world.setting.timeout();
        while (!isConnected()) {
            if (world.timeline.now() > end) {
                throw world.referee.violation("an instance does not connect: "
                        + world.instances.stream()
                                .filter(one -> !one.isConnected())
                                .toList());
            }
            runUntil(world.timeline.now() + Setting.SECOND / 20);
        }
    }

    private boolean isConnected() {
        State state = world.ensemble.committed().state();
        Znode node = state.node(Paths.MASTER);
        boolean strange =
                node != null && world.instances.stream().noneMatch(one -> world.referee.isOwner(one, node.owner()));
        return !strange && world.instances.stream().allMatch(Instance::isConnected);
    }

    private void awaitOneMaster(long bound, String since) {
        long end = world.timeline.now() + bound;
        while (!isSettled()) {
            if (world.timeline.now() > end) {
                throw world.referee.violation("no settled master " + since + " within " + bound / Setting.MS
                        + " ms; masters are " + masters());
            }
            runUntil(Math.min(end + 1, world.timeline.now() + Setting.SECOND / 20));
        }
    }

    private boolean isSettled() {
        List<Instance> masters = masters();
        if (masters.size() != 1 || isObserverQueued()) {
            return false;
        }
        Optional<Master> master = masters.get(0).named();
        return world.instances.stream()
                .filter(Instance::isStarted)
                .allMatch(one -> one.named().equals(master));
    }

    /** Whether an instance that only observes still has a node in the queue. */
    private boolean isObserverQueued() {
        State state = world.ensemble.committed().state();
        List<Long> sessions = world.instances.stream()
                .filter(one -> one.isStarted() && !one.isCandidate() && one.isConnected())
                .map(one -> one.mastership().session().id())
                .toList();
        return state.children(Paths.QUEUE).stream()
                .anyMatch(name ->
                        sessions.contains(state.node(Paths.candidate(name)).owner()));
    }

    private List<Instance> masters() {
        return world.instances.stream().filter(Instance::isMaster).toList();
    }

    private void rest() {
        int changes = world.referee.changes();
        runUntil(world.timeline.now() + 3 * longest);
        if (world.referee.changes() != changes) {
            throw world.referee.violation("there is no rest after the last fault");
        }
    }

    /**
     * The master dies: its name is gone after its lease and a look, and another is there after 1.2 leases and its turn.
     */
    private void kill() {
        Instance master = masters().get(0);
        long epoch = master.named().orElseThrow().epoch();
        master.kill();
        if (world.instances.stream().noneMatch(one -> one != master && one.isCandidate())) {
            return;
        }
        long latency =
                20 * world.setting.latency() + 20 * world.setting.schedulingDelay() + 4 * world.setting.handover();
        long named = (long) ((longest + longest / 2) * SLOWEST) + latency;
        runUntil(world.timeline.now() + named);
        for (Instance instance : world.instances) {
            if (instance.named().filter(one -> one.epoch() == epoch).isPresent()) {
                throw world.referee.violation(
                        instance + " still names a master that died " + named / Setting.MS + " ms ago");
            }
        }
        long more = (long) ((longest + 5 * Setting.SECOND / 2) * SLOWEST) + latency;
        awaitOneMaster(more, "after the master died");
    }

    /** The master is asked to release the lease. */
    private void release() {
        Instance master = masters().get(0);
        List<Instance> others = world.instances.stream()
                .filter(one -> one != master && one.isCandidate())
                .toList();
        if (others.isEmpty()) {
            return;
        }
        switch (world.dice.between(0, 2)) {
            case 0 -> master.stop(false);
            case 1 -> master.candidate(false);
            default -> master.handOver(world.dice.oneOf(others).mastership().id());
        }
        runUntil(world.timeline.now() + Setting.SECOND / 100);
        awaitOneMaster((long) (3 * Setting.SECOND * SLOWEST) + longest, "after a release");
    }

    private void runUntil(long time) {
        world.timeline.runUntil(time);
        world.referee.check();
    }
}
