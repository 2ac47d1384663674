package io.masterlatch.election;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The present master.
 *
 * @param address where the master can be reached, normally {@code host:port}; null when the node's data is not readable
 * text
 * @param epoch the fencing token: the creation transaction ({@code czxid}) of the master's node. It rises strictly from
 * master to master while the ensemble keeps its data
 * @param since when the node was created, by the clock of ZooKeeper's leader
 * @param session the session that owns the node ({@code ephemeralOwner})
 * @param holder the id of the latch that holds the lease; null for a node without a lease, for example one created by
 * hand
 */
public record Master(
        @Nullable String address,
        long epoch,
        Instant since,
        long session,
        @Nullable String holder) {

    /** Returns a name for log lines and messages: the address, or the session when there is no readable address. */
    public String name() {
        return address != null ? address : "session " + Session.name(session);
    }

    /** Returns {@link #since} as the service writes it everywhere, for example {@code 2026-11-22T07:35:00.000Z}. */
    public String sinceText() {
        return UtcMillis.text(since);
    }
}
