package io.masterlatch.zookeeper;

import java.time.Duration;

/**
 * Is told which session this process has, so that somebody can end that session when the process has died.
 *
 * <p>An exception that it throws is logged and does no other harm.
 */
public interface SessionKeeper {

    /** Keeps nothing. */
    SessionKeeper NONE = new SessionKeeper() {
        @Override
        public void opened(long session, byte[] password, Duration timeout) {}

        @Override
        public void closed(long session) {}
    };

    /**
     * The present session, told at each connection and before anything is done in a new session.
     *
     * @param session its id
     * @param password what a client has to show in order to take it over
     * @param timeout how long it lives without a sign of life
     */
    void opened(long session, byte[] password, Duration timeout);

    /**
     * A session was closed in an orderly way, and nothing is left of it.
     *
     * @param session its id
     */
    void closed(long session);
}
