package io.masterlatch.election;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the master's node.
 *
 * @param address where the master says it is, normally {@code host:port}; null when the node's data is no readable text
 * @param epoch the fencing token: the node's creation transaction ({@code czxid}), which rises strictly from master to
 *     master for as long as the ensemble's data lives
 * @param since when the node was created, by the ZooKeeper leader's clock
 * @param session the session that owns the node ({@code ephemeralOwner})
 */
public record Master(@Nullable String address, long epoch, Instant since, long session) {

    /**
     * Tells since when it is master, as the service writes it everywhere.
     *
     * @return the time in UTC and to the millisecond, such as {@code 2026-11-22T07:35:00.000Z}
     */
    public String sinceText() {
        return UtcMillis.text(since);
    }
}
