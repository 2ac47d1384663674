package io.masterlatch.simulation;

import java.util.Map;
import java.util.TreeMap;

/** Follows a leader: hands it the clients' requests, and passes on their signs of life whenever the leader pings. */
final class Following implements Duty {

    private static final String SILENCE = "follower's read timeout";

    private final World world;
    private final Leading leading;
    private final Server server;
    private final Wire up;
    private final Wire down;
    private Map<Long, Long> touched = new TreeMap<>();
    private boolean leaderOpen = true;
    private boolean followerOpen = true;
    private int heardByTick;
    private long heard;

    Following(Leading leading, Server server) {
        this.world = server.world;
        this.leading = leading;
        this.server = server;
        this.up = new Wire(world, server, leading.server());
        this.down = new Wire(world, leading.server(), server);
        this.heardByTick = leading.tick();
    }

    void start() {
        heard = server.clock.now();
        awaitSilence();
    }

    Server server() {
        return server;
    }

    boolean isUp() {
        return leaderOpen && followerOpen;
    }

    /** Whether the leader has heard of this follower within the limit. */
    boolean isHeard() {
        return leading.tick() <= heardByTick + world.setting.syncLimit();
    }

    @Override
    public boolean touch(long session, long timeout) {
        touched.put(session, timeout);
        return true;
    }

    @Override
    public void submit(Request request) {
        toLeader(() -> leading.process(request, this));
    }

    @Override
    public void revalidate(Connection connection) {
        long session = connection.session;
        long timeout = connection.timeout;
        toLeader(() -> {
            boolean valid = leading.revalidate(session, timeout, this);
            toFollower(() -> server.validated(connection, session, valid));
        });
    }

    @Override
    public void end() {
        if (followerOpen) {
            followerOpen = false;
            up.send(() -> {
                leaderOpen = false;
                leading.lost(this);
            });
        }
    }

    void closeByLeader() {
        if (leaderOpen) {
            leaderOpen = false;
            leading.lost(this);
            down.send(() -> {
                if (followerOpen) {
                    server.resign("the leader has hung up");
                }
            });
        }
    }

    void propose(Transaction transaction) {
        toFollower(() -> {
            server.log(transaction);
            acknowledge(transaction.number());
        });
    }

    void acknowledge(long number) {
        toLeader(() -> leading.acknowledged(this, number));
    }

    void commit(Transaction transaction) {
        toFollower(() -> server.apply(transaction));
    }

    void answer(Request request) {
        toFollower(() -> server.answer(request));
    }

    void ping() {
        toFollower(() -> {
            Map<Long, Long> lifeSigns = touched;
            touched = new TreeMap<>();
            toLeader(() -> lifeSigns.forEach(leading::touch));
        });
    }

    private void toLeader(Runnable delivery) {
        if (followerOpen) {
            up.send(() -> {
                if (leaderOpen) {
                    heardByTick = leading.tick();
                    delivery.run();
                }
            });
        }
    }

    private void toFollower(Runnable delivery) {
        if (leaderOpen) {
            down.send(() -> {
                if (followerOpen) {
                    heard = server.clock.now();
                    delivery.run();
                }
            });
        }
    }

    private void awaitSilence() {
        server.at(heard + limit(), SILENCE, () -> {
            if (!followerOpen) {
                return;
            }
            // What has come already is read first.
            if (server.isWaiting(down)) {
                heard = server.clock.now();
            }
            if (server.clock.now() - heard >= limit()) {
                server.resign("it hears nothing of the leader");
            } else {
                awaitSilence();
            }
        });
    }

    private long limit() {
        return world.setting.syncLimit() * world.setting.tick();
    }
}
