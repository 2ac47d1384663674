package io.masterlatch.simulation;

import io.masterlatch.simulation.Request.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What goes wrong in one schedule: drawn by the seed, and all over at a known time. */
final class Faults {

    private final World world;
    private final Dice dice;
    private final long timeout;
    private final long tick;
    private final List<Runnable> kinds = new ArrayList<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private long end;

    Faults(World world) {
        this.world = world;
        this.dice = world.dice.split();
        this.timeout = world.setting.timeout();
        this.tick = world.setting.tick();
        kind(4, this::freezeCandidate);
        kind(4, this::freezeCandidateWithAnswerUnderWay);
        kind(2, this::freezeCandidateThatConnects);
        kind(2, this::cutCandidateOff);
        kind(1, this::cutOffAndStop);
        kind(2, this::cutCandidateFromItsServer);
        kind(1, this::resetConnection);
        kind(2, this::loseReply);
        kind(1, this::loseReplyToClaims);
        kind(3, this::killAndStart);
        kind(2, this::stopAndStart);
        kind(1, this::reject);
        kind(4, this::cutServerOff);
        kind(4, this::freezeServer);
        kind(2, this::crashServer);
        kind(1, this::restartServersInTurn);
        kind(1, this::loseQuorum);
        kind(2, this::lag);
        kind(1, this::giveUp);
        kind(1, this::withdrawAndStand);
        kind(1, this::strangerWrites);
        // Not together: a master whose node was deleted by hand is safe only from those who heed the line, and by its
        // place there.
        if (dice.chance(0.4)) {
            kind(4, this::strangerDeletes);
        } else {
            kind(3, this::strangerClaims);
            kind(1, this::strangerSendsBack);
        }
    }

    private void kind(int weight, Runnable fault) {
        for (int i = 0; i < weight; i++) {
            kinds.add(fault);
        }
    }

    /** Plans all faults; the time at which the last is over. */
    long plan() {
        int number = dice.between(1, 5);
        long first = dice.between(timeout * 3 / 10, timeout * 3 / 2);
        for (int i = 0; i < number; i++) {
            world.timeline.at(first + dice.between(0, 3 * timeout), dice.oneOf(kinds));
        }
        end = first + 3 * timeout;
        return end;
    }

    /** The time at which the faults that have begun are over. */
    long end() {
        return end;
    }

    /** Lets everybody take part and strangers go. */
    void over() {
        strangers.forEach(Stranger::leave);
        world.instances.forEach(Instance::start);
    }

    private void freezeCandidate() {
        Instance instance = someone();
        long time = time();
        lasts(time);
        instance.freeze(time);
        sometimesCutServerWhenThawed(instance, time);
    }

    private void freezeCandidateWithAnswerUnderWay() {
        Instance instance = someone();
        long time = dice.chance(0.6) ? timeout + dice.between(-tick, tick) : time();
        lasts(time + timeout / 5);
        instance.freezeOnRequest(time);
        sometimesCutServerWhenThawed(instance, time);
    }

    private void sometimesCutServerWhenThawed(Instance instance, long thaw) {
        if (dice.chance(0.3)) {
            long time = time();
            long delay = thaw + dice.between(0, timeout / 5);
            lasts(delay + time);
            world.timeline.in(delay, () -> cutServerOff(serverOf(instance), time));
        }
    }

    private void freezeCandidateThatConnects() {
        Instance instance = someone();
        long time = dice.chance(0.6) ? timeout + dice.between(-tick, tick) : time();
        Client client = instance.client();
        if (client != null) {
            lasts(time + timeout / 5);
            world.story.tell(() -> "a connection of " + instance + " breaks");
            instance.run(this, () -> client.reset(() -> instance.freeze(time)));
        }
    }

    private void cutCandidateOff() {
        cutOff(someone(), time());
    }

    private void cutOffAndStop() {
        Instance instance = someone();
        cutOff(instance, time());
        long delay = dice.between(0, timeout / 10);
        lasts(delay + timeout);
        world.timeline.in(delay, instance::stop);
        world.timeline.in(delay + dice.between(0, timeout), instance::start);
    }

    private void cutOff(Instance instance, long time) {
        int direction = dice.between(0, 3);
        world.story.tell(() -> instance + " is cut off");
        world.ensemble.servers.forEach(server -> cut(instance, server, direction, time));
    }

    private void cutCandidateFromItsServer() {
        Instance instance = someone();
        world.story.tell(() -> instance + " is cut off from its server");
        cut(instance, serverOf(instance), dice.between(0, 3), time());
    }

    private void resetConnection() {
        Instance instance = someone();
        Client client = instance.client();
        if (client != null) {
            world.story.tell(() -> "a connection of " + instance + " breaks");
            instance.run(this, client::reset);
        }
    }

    private void loseReply() {
        Instance instance = someone();
        if (instance.client() != null) {
            world.story.tell(() -> "a reply to " + instance + " is lost");
            instance.client().loseReply(dice.oneOf(List.of(Kind.CHECK, Kind.SYNC, Kind.READ)));
        }
    }

    private void loseReplyToClaims() {
        world.story.tell(() -> "replies to claims are lost");
        for (Instance instance : world.instances) {
            if (instance.client() != null && dice.chance(0.7)) {
                instance.client().loseReply(Kind.CREATE);
            }
        }
        stopAndStart();
    }

    private void killAndStart() {
        Instance instance = someone();
        long time = dice.chance(0.6) ? dice.between(0, timeout / 5) : time();
        lasts(time);
        instance.kill();
        world.timeline.in(time, instance::start);
    }

    private void stopAndStart() {
        Instance instance = someone();
        long time = dice.chance(0.6) ? dice.between(0, timeout / 5) : time();
        lasts(time);
        instance.stop();
        world.timeline.in(time, instance::start);
    }

    private void reject() {
        Instance instance = someone();
        lasts(timeout);
        instance.reject();
    }

    private void cutServerOff() {
        cutServerOff(someServer(), time());
    }

    private void cutServerOff(Server server, long time) {
        int direction = dice.between(0, 3);
        world.story.tell(() -> server + " is cut off from the others");
        world.ensemble.servers.stream()
                .filter(other -> other != server)
                .forEach(other -> cut(server, other, direction, time));
    }

    private void freezeServer() {
        freeze(someServer(), time());
    }

    private void crashServer() {
        crash(someServer(), time());
    }

    private void restartServersInTurn() {
        long pause = dice.between(timeout / 10, timeout / 2);
        for (Server server : dice.shuffled(world.ensemble.servers)) {
            long begin = pause * world.ensemble.servers.indexOf(server);
            lasts(begin + pause / 2);
            world.timeline.in(begin, () -> crash(server, pause / 2));
        }
    }

    private void loseQuorum() {
        long time = time();
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
        Server server = someServer();
        Process other = dice.chance(0.7) ? dice.oneOf(world.ensemble.servers) : someone();
        long most = dice.oneOf(List.of(timeout / 100, timeout / 20, timeout / 5));
        long time = time();
        lasts(time);
        world.story.tell(() -> "messages between " + server + " and " + other + " take longer");
        List<Path> paths = List.of(world.path(server, other), world.path(other, server));
        paths.forEach(path -> path.lag(most));
        world.timeline.in(time, () -> paths.forEach(path -> path.lag(0)));
    }

    private void strangerClaims() {
        come(new Stranger(world, Kind.CREATE, dice.between(0, timeout), dice.chance(0.5)));
    }

    private void giveUp() {
        world.instances.stream().filter(Instance::isMaster).forEach(Instance::giveUp);
    }

    private void withdrawAndStand() {
        Instance instance = someone();
        long time = time();
        lasts(time);
        instance.stand(false);
        world.timeline.in(time, () -> instance.stand(true));
    }

    private void strangerDeletes() {
        if (dice.chance(0.5)) {
            freezeCandidate();
        }
        come(new Stranger(world, Kind.DELETE, 0, true));
    }

    private void strangerSendsBack() {
        come(new Stranger(world, Kind.SEND_BACK, 0, true));
    }

    private void strangerWrites() {
        come(new Stranger(world, Kind.WRITE, 0, true));
    }

    private void come(Stranger stranger) {
        strangers.add(stranger);
        stranger.come();
    }

    private void freeze(Server server, long time) {
        lasts(time);
        world.story.tell(() -> server + " freezes");
        server.freeze();
        world.timeline.in(time, () -> {
            world.story.tell(() -> server + " thaws");
            server.thaw();
        });
    }

    private void crash(Server server, long time) {
        lasts(time);
        server.crash();
        world.timeline.in(time, server::restart);
    }

    /** Cuts two processes off from each other, or one direction only. */
    private void cut(Process one, Process other, int direction, long time) {
        lasts(time);
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

    private void lasts(long time) {
        end = Math.max(end, world.timeline.now() + time);
    }

    /** The master more often than others: it has most to lose. */
    private Instance someone() {
        Optional<Instance> master =
                world.instances.stream().filter(Instance::isMaster).findFirst();
        return master.isPresent() && dice.chance(0.6) ? master.get() : dice.oneOf(world.instances);
    }

    private Server someServer() {
        double which = dice.real(0, 1);
        Optional<Server> leader = world.ensemble.leader();
        if (which < 0.35 && leader.isPresent()) {
            return leader.get();
        }
        return which < 0.75 ? serverOf(someone()) : dice.oneOf(world.ensemble.servers);
    }

    private Server serverOf(Instance instance) {
        Server server = instance.server();
        return server != null ? server : dice.oneOf(world.ensemble.servers);
    }

    /** How long something lasts: often about as long as something else that matters. */
    private long time() {
        if (dice.chance(0.3)) {
            return dice.between(0, 2 * timeout);
        }
        long bound = dice.oneOf(List.of(
                timeout / 10,
                timeout * 3 / 10,
                timeout * 6 / 10,
                timeout * 2 / 3,
                timeout * 95 / 100,
                timeout,
                timeout,
                timeout + tick));
        return Math.max(1, bound + dice.between(-timeout / 10, timeout / 10));
    }
}
