package io.masterlatch.election;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The master's node as one read showed it.
 *
 * @param czxid the transaction that created it: the epoch
 * @param version the data version, which a deletion must name
 * @param owner the session that owns it; zero for a persistent node
 * @param since when it was created, by the clock of ZooKeeper's leader
 * @param data its content
 * @param children what its children are, in words; null when there are none, as below an ephemeral node
 */
public record MasterNode(
        long czxid,
        int version,
        long owner,
        Instant since,
        MasterData data,
        @Nullable String children) {

    /** Creates a node without children. */
    public MasterNode(long czxid, int version, long owner, Instant since, MasterData data) {
        this(czxid, version, owner, since, data, null);
    }
}
