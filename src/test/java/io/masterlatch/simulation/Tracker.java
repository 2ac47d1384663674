package io.masterlatch.simulation;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The leader's session tracker: sessions end in batches, at the first tick after a timeout without a sign of life. */
final class Tracker {

    static final String THREAD = "session tracker";

    private final Server server;
    private final long tick;
    private final long began;
    private final LongConsumer expirer;
    private final Map<Long, Session> sessions = new LinkedHashMap<>();
    private long nextExpiration;
    private boolean stopped;

    Tracker(Server server, LongConsumer expirer) {
        this.server = server;
        this.tick = server.world.setting.tick();
        // The ticks of a server begin anywhere.
        this.began = server.clock.now() - server.world.dice.between(0, tick);
        this.expirer = expirer;
    }

    /** Begins to lead: each session gets the timeout in full with which it was created, whatever it was given since. */
    void start(Map<Long, Long> timeouts) {
        timeouts.forEach((id, timeout) -> open(id, timeout, null));
        nextExpiration = roundUp(now());
        waitForTick();
    }

    void stop() {
        stopped = true;
    }

    void open(long id, long timeout, @Nullable Object owner) {
        Session session = sessions.computeIfAbsent(id, created -> new Session());
        session.owner = owner;
        session.expiry = roundUp(now() + timeout);
    }

    boolean touch(long id, long timeout) {
        Session session = sessions.get(id);
        if (session == null || session.closing) {
            return false;
        }
        session.expiry = roundUp(now() + timeout);
        return true;
    }

    /** Takes up a session on the server that has asked; false when it is over. */
    boolean revalidate(long id, long timeout, Object owner) {
        boolean valid = touch(id, timeout);
        if (valid) {
            sessions.get(id).owner = owner;
        }
        return valid;
    }

    /** Whether the session lives and is served by this owner. */
    boolean check(long id, Object owner) {
        Session session = sessions.get(id);
        if (session == null || session.closing) {
            return false;
        }
        if (session.owner == null) {
            session.owner = owner;
        }
        return session.owner == owner;
    }

    /** Has the session be served by no server in particular, as after a move. */
    boolean isOpen(long id) {
        Session session = sessions.get(id);
        return session != null && !session.closing;
    }

    void close(long id) {
        Session session = sessions.get(id);
        if (session != null) {
            session.closing = true;
        }
    }

    void remove(long id) {
        sessions.remove(id);
    }

    private void waitForTick() {
        server.at(began + nextExpiration + server.world.schedulingDelay(), THREAD, this::expire);
    }

    private void expire() {
        if (stopped) {
            return;
        }
        ArrayDeque<Long> bucket = new ArrayDeque<>();
        sessions.forEach((id, session) -> {
            if (session.expiry <= nextExpiration && !session.closing) {
                bucket.add(id);
            }
        });
        nextExpiration += tick;
        expireInTurn(bucket);
    }

    /** Works through a bucket. A session that is taken up again meanwhile is over all the same when its turn comes. */
    private void expireInTurn(ArrayDeque<Long> bucket) {
        while (!stopped && !bucket.isEmpty()) {
            long id = bucket.poll();
            Session session = sessions.get(id);
            if (session != null && !session.closing) {
                session.closing = true;
                expirer.accept(id);
            }
            long pause = server.world.trackerPause();
            if (pause > 0) {
                server.after(pause, THREAD, () -> expireInTurn(bucket));
                return;
            }
        }
        waitForTick();
    }

    private long roundUp(long time) {
        return (time / tick + 1) * tick;
    }

    private long now() {
        return server.clock.now() - began;
    }

    private static final class Session {

        private @Nullable Object owner;
        private long expiry;
        private boolean closing;
    }
}
