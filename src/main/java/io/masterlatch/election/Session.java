package io.masterlatch.election;

import java.time.Duration;
import java.util.Objects;

/**
 * A ZooKeeper session of this instance.
 *
 * @param id the session id, as in {@code ephemeralOwner}
 * @param timeout the session timeout as negotiated with the server
 */
public record Session(long id, Duration timeout) {

    /** Refuses a session without a timeout, of which no lease could be reckoned. */
    public Session {
        Objects.requireNonNull(timeout, "'timeout' must not be null");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("'timeout' must be positive, not " + timeout);
        }
    }

    /**
     * Gives a session id as operators know it from ZooKeeper's own logs.
     *
     * @param id a session id
     * @return the id in hexadecimal, such as {@code 0x100012a3b4c0001}
     */
    public static String name(long id) {
        return "0x" + Long.toHexString(id);
    }
}
