package io.masterlatch.election;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper session.
 *
 * @param id its id
 * @param timeout the timeout that the server granted
 * @param asked the timeout that the client asked for; null when that is not known
 */
public record Session(long id, Duration timeout, @Nullable Duration asked) {

    /** Creates a session of a client whose settings are not known. */
    public Session(long id, Duration timeout) {
        this(id, timeout, null);
    }

    /** Writes a session id as ZooKeeper's own logs do, for example {@code 0x100012a3b4c0001}. */
    public static String name(long id) {
        return "0x" + Long.toHexString(id);
    }
}
