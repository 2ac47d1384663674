package io.masterlatch.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Leads the ensemble: orders all writes, commits what a majority has logged, and knows which sessions live. */
final class Leading implements Duty {

    private static final String PINGS = "leader's pings";

    private final World world;
    private final Server server;
    private final Tracker tracker;
    private final List<Following> followers = new ArrayList<>();
    private final ArrayDeque<Proposal> outstanding = new ArrayDeque<>();
    private long lastNumber;
    private int tick;
    private boolean betweenTicks = true;
    private boolean ended;

    Leading(Server server, long epoch) {
        this.world = server.world;
        this.server = server;
        this.lastNumber = epoch << 32;
        this.tracker = new Tracker(server, this::expire);
    }

    /** Begins once a majority follows. Every session gets a full timeout. */
    void start() {
        tracker.start(server.logged().state().sessions());
        waitToPing();
    }

    Server server() {
        return server;
    }

    int tick() {
        return tick;
    }

    /** Takes a follower in, with the log and the state that it is to have. */
    void follow(Server joining) {
        Following link = new Following(this, joining);
        followers.add(link);
        joining.begin(link, server.epoch(), server.logged(), server.applied());
        link.start();
        outstanding.forEach(proposal -> link.acknowledge(proposal.transaction.number()));
    }

    /** Whether some other server follows, as far as both know. */
    boolean isFollowed() {
        return followers.stream().anyMatch(Following::isUp);
    }

    /** Whether no follower can be reached, which this server may not have noticed yet. */
    boolean isWithoutQuorum() {
        return followers.stream()
                .map(Following::server)
                .noneMatch(other -> !other.isFrozen()
                        && !world.path(server, other).isCut()
                        && !world.path(other, server).isCut());
    }

    @Override
    public boolean touch(long session, long timeout) {
        return tracker.touch(session, timeout);
    }

    @Override
    public void submit(Request request) {
        process(request, this);
    }

    @Override
    public void revalidate(Connection connection) {
        server.validated(connection, connection.session, revalidate(connection.session, connection.timeout, this));
    }

    boolean revalidate(long session, long timeout, Object owner) {
        return tracker.revalidate(session, timeout, owner);
    }

    @Override
    public void end() {
        ended = true;
        tracker.stop();
        List.copyOf(followers).forEach(Following::closeByLeader);
        followers.clear();
    }

    void lost(Following follower) {
        followers.remove(follower);
    }

    /** Takes a request from a client of this server, or from a follower. It is no sign of life for the tracker. */
    void process(Request request, Object owner) {
        if (ended) {
            return;
        }
        long session = request.session();
        long next = lastNumber + 1;
        Transaction before = server.logged();
        switch (request.kind) {
            case SYNC -> sync(request, owner);
            case CREATE_SESSION -> {
                tracker.open(session, request.timeout(), owner);
                propose(before.opened(next, request));
            }
            case CLOSE_SESSION -> {
                tracker.close(session);
                propose(before.closed(next, session, request));
            }
            default ->
                propose(
                        tracker.check(session, owner)
                                ? before.answered(next, request)
                                : before.refused(
                                        next,
                                        request,
                                        tracker.isOpen(session) ? Code.SESSION_MOVED : Code.SESSION_EXPIRED));
        }
    }

    /** Does a write late or once more, which ZooKeeper itself would not; the election must not depend on that. */
    void inject(Request request) {
        Transaction before = server.logged();
        if (!ended && tracker.isOpen(request.session())) {
            world.story.add(() -> "a write of session " + request.session() + " is done late or twice");
            propose(before.answered(lastNumber + 1, request));
        }
    }

    /** Writes by hand, as with a client that is there for this only. */
    void byHand(List<Op> ops) {
        propose(server.logged().answered(lastNumber + 1, Request.write(ops, outcome -> {})));
    }

    /** Ends a session by a command to the server. */
    void terminate(long session) {
        if (tracker.isOpen(session)) {
            tracker.close(session);
            expire(session);
        }
    }

    private void expire(long session) {
        world.story.add(() -> "session " + session + " ends at " + server);
        world.occurred("a session expired");
        propose(server.logged().closed(lastNumber + 1, session, null));
    }

    private void sync(Request request, Object owner) {
        Runnable answer =
                owner instanceof Following follower ? () -> follower.answer(request) : () -> server.answer(request);
        if (outstanding.isEmpty()) {
            answer.run();
        } else {
            outstanding.getLast().syncs.add(answer);
        }
    }

    /** Proposes what a request comes to, on top of all that is proposed already. */
    private void propose(Transaction transaction) {
        lastNumber = transaction.number();
        server.log(transaction);
        outstanding.add(new Proposal(transaction));
        followers.forEach(follower -> follower.propose(transaction));
    }

    void acknowledged(Following follower, long number) {
        for (Proposal proposal : outstanding) {
            if (proposal.transaction.number() == number) {
                proposal.by.add(follower.server().id);
            }
        }
        // This server's own log is the other half of the majority.
        while (!outstanding.isEmpty() && !outstanding.peek().by.isEmpty()) {
            commit(outstanding.poll());
        }
    }

    private void commit(Proposal proposal) {
        Transaction transaction = proposal.transaction;
        world.ensemble.committed(transaction);
        if (transaction.closed() != 0) {
            tracker.remove(transaction.closed());
        }
        server.apply(transaction);
        followers.forEach(follower -> follower.commit(transaction));
        proposal.syncs.forEach(Runnable::run);
    }

    private void waitToPing() {
        server.after(world.setting.tick() / 2 + world.schedulingDelay(), PINGS, this::ping);
    }

    private void ping() {
        if (ended) {
            return;
        }
        if (!betweenTicks) {
            tick++;
            List.copyOf(followers).stream()
                    .filter(follower -> !follower.isHeard())
                    .forEach(Following::closeByLeader);
            if (followers.isEmpty()) {
                server.resign("no quorum");
                return;
            }
        }
        betweenTicks = !betweenTicks;
        followers.forEach(Following::ping);
        waitToPing();
    }

    private static final class Proposal {

        private final Transaction transaction;
        private final Set<Integer> by = new HashSet<>(2);
        private final List<Runnable> syncs = new ArrayList<>(0);

        Proposal(Transaction transaction) {
            this.transaction = transaction;
        }
    }
}
