package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Three servers, of which two that reach each other choose a leader. */
final class Ensemble {

    private static final String SEARCH = "leader election";

    final List<Server> servers = new ArrayList<>();
    private final World world;
    private Transaction committed = Transaction.first();
    private long epoch;

    Ensemble(World world) {
        this.world = world;
        for (int id = 1; id <= 3; id++) {
            servers.add(new Server(world, id, committed));
        }
    }

    void start() {
        elect(servers, world.dice.oneOf(servers));
    }

    Optional<Server> leader() {
        return servers.stream()
                .filter(server -> server.duty() instanceof Leading leading && leading.isFollowed())
                .max(Comparator.comparingLong(Server::epoch));
    }

    /** Lets a server look for a leader, or for others to choose one with. */
    void search(Server server) {
        long tick = world.setting.tick();
        server.after(world.dice.between(tick / 20, tick), SEARCH, () -> {
            if (server.isLooking() && !join(server) && !elect(server)) {
                search(server);
            }
        });
    }

    private boolean join(Server server) {
        for (Server other : servers) {
            if (other.duty() instanceof Leading leading
                    && !other.isFrozen()
                    && reach(server, other)
                    && leading.isFollowed()) {
                world.story.add(() -> server + " follows " + other);
                leading.follow(server);
                return true;
            }
        }
        return false;
    }

    private boolean elect(Server server) {
        List<Server> members = new ArrayList<>();
        for (Server other : servers) {
            if (other.isLooking()
                    && members.stream().allMatch(member -> reach(member, other))
                    && reach(server, other)) {
                members.add(other);
            }
        }
        if (members.size() < 2 || !members.contains(server)) {
            return false;
        }
        Server leader = members.stream()
                .max(Comparator.comparingLong(Server::epoch)
                        .thenComparing(member -> member.logged().number())
                        .thenComparing(member -> member.id))
                .orElseThrow();
        elect(members, leader);
        return true;
    }

    private void elect(List<Server> members, Server leader) {
        world.story.add(() -> leader + " leads");
        Leading leading = new Leading(leader, ++epoch);
        committed(leader.logged());
        leader.begin(leading, epoch, leader.logged(), leader.logged());
        members.stream().filter(member -> member != leader).forEach(leading::follow);
        leading.start();
    }

    /** Notes what is committed now, which can never be undone. */
    void committed(Transaction transaction) {
        if (transaction.number() <= committed.number()) {
            return;
        }
        List<Transaction> fresh = new ArrayList<>();
        Transaction earlier = transaction;
        while (earlier != null && earlier.number() > committed.number()) {
            fresh.add(0, earlier);
            earlier = earlier.previous();
        }
        if (earlier != committed) {
            throw new IllegalStateException("the model has lost a committed write");
        }
        committed = transaction;
        fresh.forEach(world.referee::committed);
    }

    /** Writes by hand, if there is a leader to take it. */
    boolean byHand(List<Op> ops) {
        Server leader = leader().orElse(null);
        if (leader != null && leader.duty() instanceof Leading leading) {
            leading.byHand(ops);
            return true;
        }
        return false;
    }

    /** Has the ensemble's data replaced by an earlier state: all servers stop and start again with that. */
    void replace(Transaction earlier, long pause) {
        servers.forEach(server -> server.crashAndReplace(earlier));
        committed = earlier;
        epoch = earlier.number() >>> 32;
        world.timeline.in(pause, () -> servers.forEach(Server::restart));
    }

    Transaction committed() {
        return committed;
    }

    private boolean reach(Server one, Server other) {
        return one == other
                || !world.path(one, other).isCut() && !world.path(other, one).isCut();
    }
}
