package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The leader's session tracker: sessions end in batches, at the first tick after a timeout without a sign of life. */
final class Tracker {

    private static final String THREAD = "session tracker";

    private final Server server;
    private final long tick;
    private final long timeout;
    private final long began;
    private final LongConsumer expirer;
    private final Map<Long, Session> sessions = new LinkedHashMap<>();
    private long nextExpiration;
    private boolean stopped;

    Tracker(Server server, LongConsumer expirer) {
        this.server = server;
        this.tick = server.world.setting.tick();
        this.timeout = server.world.setting.timeout();
        // The ticks of a server begin anywhere.
        this.began = server.clock.now() - server.world.dice.between(0, tick);
        this.expirer = expirer;
    }

    void start(Iterable<Long> ids) {
        for (long id : ids) {
            open(id, null);
        }
        nextExpiration = roundUp(now());
        waitForTick();
    }

    void stop() {
        stopped = true;
    }

    void open(long id, @Nullable Object owner) {
        Session session = sessions.computeIfAbsent(id, created -> new Session());
        session.owner = owner;
        session.expiry = roundUp(now() + timeout);
    }

    boolean touch(long id) {
        Session session = sessions.get(id);
        if (session == null || session.closing) {
            return false;
        }
        session.expiry = roundUp(now() + timeout);
        return true;
    }

    /** Takes up a session on the server that has asked; false when it is over. */
    boolean revalidate(long id, Object owner) {
        boolean valid = touch(id);
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
        List<Long> expired = new ArrayList<>();
        sessions.forEach((id, session) -> {
            if (session.expiry == nextExpiration && !session.closing) {
                session.closing = true;
                expired.add(id);
            }
        });
        nextExpiration += tick;
        expired.forEach(expirer::accept);
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
