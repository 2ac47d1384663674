package io.masterlatch.election;

import java.time.Duration;

/**
 * A ZooKeeper session.
 *
 * @param id its id
 * @param timeout the timeout that the server granted
 */
public record Session(long id, Duration timeout) {

    /** Writes a session id as ZooKeeper's own logs do, for example {@code 0x100012a3b4c0001}. */
    public static String name(long id) {
        return "0x" + Long.toHexString(id);
    }
}
