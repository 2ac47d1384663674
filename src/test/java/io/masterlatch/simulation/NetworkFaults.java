package io.masterlatch.simulation;

import java.util.List;

/** What goes wrong with servers, connections and sessions. */
final class NetworkFaults {

    /** Takes a kind of fault. */
    interface Kinds {

        void kind(int weight, String name, Runnable fault);
    }

    private final World world;
    private final Dice dice;
    private final Targets targets;

    NetworkFaults(World world, Dice dice, Targets targets) {
        this.world = world;
        this.dice = dice;
        this.targets = targets;
    }

    void kinds(Kinds kinds) {
        kinds.kind(3, "an instance was cut off", this::cutInstanceOff);
        kinds.kind(2, "an instance was cut off from its server", this::cutFromServer);
        kinds.kind(2, "a connection broke", () -> reset(targets.instance()));
        kinds.kind(
                3,
                "a reply was to be lost",
                () -> targets.instance().client().faults.loseReply());
        kinds.kind(3, "a write was to be late", this::delayWrite);
        kinds.kind(3, "a write was to be repeated", this::repeatWrite);
        kinds.kind(
                2,
                "a session was to move",
                () -> targets.instance().client().faults.moveSession());
        kinds.kind(3, "a server was cut off", this::cutServerOff);
        kinds.kind(3, "a leader was cut off", this::cutLeaderOff);
        kinds.kind(3, "a server froze", () -> freeze(targets.server(), targets.time()));
        kinds.kind(2, "a server crashed", () -> crash(targets.server(), targets.time()));
        kinds.kind(1, "servers restarted in turn", this::restartInTurn);
        kinds.kind(2, "the quorum was lost", this::loseQuorum);
        kinds.kind(2, "messages were slow", this::lag);
        kinds.kind(3, "a session was terminated", this::terminate);
        kinds.kind(2, "a session ended and its client met a lagging server", this::newSessionOnLaggingServer);
        kinds.kind(2, "a server restarted with other limits", this::changeLimits);
        kinds.kind(2, "sessions expired in turn", this::slowTracker);
        kinds.kind(2, "there was no handle", this::refuseHandles);
    }

    private void cutInstanceOff() {
        Instance instance = targets.instance();
        int direction = dice.between(0, 3);
        long time = targets.time();
        world.story.add(() -> instance + " is cut off for " + time / Setting.MS + " ms");
        world.ensemble.servers.forEach(server -> cut(instance, server, direction, time));
    }

    private void cutFromServer() {
        Instance instance = targets.instance();
        world.story.add(() -> instance + " is cut off from its server");
        cut(instance, targets.serverOf(instance), dice.between(0, 3), targets.time());
    }

    private void reset(Instance instance) {
        world.story.add(() -> "the connection of " + instance + " breaks");
        Client client = instance.client();
        instance.run(this, client::reset);
    }

    private void delayWrite() {
        Instance instance = targets.instance();
        long time = targets.time();
        world.story.add(() -> "a write of " + instance + " is to be done late");
        instance.client().faults.delayWrite(time);
    }

    private void repeatWrite() {
        Instance instance = targets.instance();
        long time = targets.time();
        world.story.add(() -> "a write of " + instance + " is to be done twice");
        instance.client().faults.repeatWrite(time);
    }

    private void cutServerOff() {
        Server server = targets.server();
        cutOff(server, dice.between(0, 3), targets.time());
    }

    private void cutLeaderOff() {
        world.ensemble.leader().ifPresent(leader -> {
            targets.master().ifPresent(master -> {
                // So that a client asks it.
                if (dice.chance(0.5)) {
                    Client client = master.client();
                    client.faults.choose(leader);
                    master.run(this, client::reset);
                }
            });
            long time = targets.time();
            long delay = dice.between(0, Setting.SECOND);
            targets.lasts(delay + time);
            world.timeline.in(delay, () -> cutOff(leader, 0, time));
        });
    }

    private void cutOff(Server server, int direction, long time) {
        world.story.add(() -> server + " is cut off from the others for " + time / Setting.MS + " ms");
        world.ensemble.servers.stream()
                .filter(other -> other != server)
                .forEach(other -> cut(server, other, direction, time));
    }

    private void restartInTurn() {
        long pause = dice.between(world.setting.tick(), 4 * world.setting.tick());
        List<Server> servers = dice.shuffled(world.ensemble.servers);
        for (Server server : servers) {
            long begin = pause * servers.indexOf(server);
            targets.lasts(begin + pause / 2);
            world.timeline.in(begin, () -> crash(server, pause / 2));
        }
    }

    private void loseQuorum() {
        long time = targets.time();
        boolean frozen = dice.chance(0.5);
        dice.shuffled(world.ensemble.servers).stream().limit(2).forEach(server -> {
            if (frozen) {
                freeze(server, time);
            } else {
                crash(server, time);
            }
        });
    }

    private void lag() {
        Server server = targets.server();
        Process other = dice.chance(0.5) ? dice.oneOf(world.ensemble.servers) : targets.instance();
        long most = dice.oneOf(List.of(world.setting.lease() / 20, world.setting.lease() / 5, world.setting.lease()));
        long time = targets.time();
        world.story.add(() -> "messages between " + server + " and " + other + " take longer");
        List<Path> paths = List.of(world.path(server, other), world.path(other, server));
        paths.forEach(path -> path.lag(most));
        world.timeline.in(time, () -> paths.forEach(path -> path.lag(0)));
    }

    private void terminate() {
        terminate(targets.instance());
    }

    private void terminate(Instance instance) {
        long session = instance.client().session();
        world.story.add(() -> "session " + session + " of " + instance + " is terminated");
        world.ensemble.leader().ifPresent(server -> {
            if (server.duty() instanceof Leading leading) {
                leading.terminate(session);
            }
        });
    }

    private void newSessionOnLaggingServer() {
        Instance instance = targets.instance();
        Server leader = world.ensemble.leader().orElse(null);
        if (leader == null) {
            return;
        }
        Server behind = dice.oneOf(world.ensemble.servers.stream()
                .filter(server -> server != leader)
                .toList());
        world.story.add(() -> behind + " falls behind, and " + instance + " is going to begin a session there");
        Path path = world.path(leader, behind);
        path.lag(world.setting.lease());
        long time = targets.time();
        world.timeline.in(time, () -> path.lag(0));
        instance.client().faults.choose(behind);
        Client client = instance.client();
        instance.run(this, client::beginAnew);
    }

    private void changeLimits() {
        Server server = targets.server();
        long timeout = world.setting.timeout();
        long max = dice.oneOf(List.of(timeout / 2, timeout * 3 / 4, timeout, 3 * timeout));
        world.story.add(() -> server + " is to grant at most " + max / Setting.MS + " ms");
        server.limit(dice.chance(0.3) ? 2 * timeout : 0, max);
        long time = targets.time() / 2;
        crash(server, time);
        world.timeline.in(targets.time() + dice.between(0, 2 * timeout), () -> {
            if (dice.chance(0.5)) {
                server.limit(0, 20 * timeout);
                crash(server, 1);
            }
        });
        targets.lasts(4 * timeout);
    }

    private void slowTracker() {
        world.slowTracker(dice.between(Setting.MS, world.setting.tick()));
        if (dice.chance(0.7)) {
            long time = world.setting.timeout() + dice.between(0, world.setting.tick());
            targets.lasts(time);
            Instance instance = targets.instance();
            world.story.add(() -> instance + " is cut off while the tracker is slow");
            world.ensemble.servers.forEach(server -> cut(instance, server, 0, time));
        }
    }

    private void refuseHandles() {
        Instance instance = targets.instance();
        instance.client().faults.refuseHandles(targets.time() + 2 * Setting.SECOND);
        targets.lasts(world.setting.timeout() + 4 * Setting.SECOND);
        terminate(instance);
    }

    private void freeze(Server server, long time) {
        targets.lasts(time);
        world.story.add(() -> server + " freezes");
        server.freeze();
        world.timeline.in(time, () -> {
            world.story.add(() -> server + " thaws");
            server.thaw();
        });
    }

    private void crash(Server server, long time) {
        targets.lasts(time);
        server.crash();
        world.timeline.in(time, server::restart);
    }

    /** Cuts two processes off from each other, or one direction only. */
    private void cut(Process one, Process other, int direction, long time) {
        targets.lasts(time);
        if (direction != 1) {
            cut(world.path(one, other), time);
        }
        if (direction != 2) {
            cut(world.path(other, one), time);
        }
    }

    private void cut(Path path, long time) {
        path.cut();
        world.timeline.in(time, path::heal);
    }
}
