package io.masterlatch.election;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * For how long a session can be relied on, reckoned from evidence about when ZooKeeper's leader last heard of it.
 *
 * <p>The leader expires a session no earlier than one timeout {@code T} after it last heard of it. So a lease that ends
 * before {@code heard + T} ends before any other session can hold the master's node, if {@code heard} is a moment that
 * certainly does not lie after the leader's last news of us. A successful write alone is no such news: a follower hands
 * a client's request to the leader without touching the session there (ZooKeeper's
 * {@code LeaderZooKeeperServer.submitLearnerRequest}), and reports its clients' signs of life only in its replies to the
 * leader's pings, half a server tick apart ({@code LearnerHandler}, case {@code PING}). A process that thaws shortly
 * before its session's end can still write, and lose the session in the next moment. What does count:
 *
 * <ol>
 *   <li><b>A connection made.</b> Creating a session and reconnecting to it ({@code REVALIDATE}) both go to the leader,
 *       which heard of us after the attempt to connect began.
 *   <li><b>Three answered requests.</b> The first, sent at {@code x}, leaves a sign of life at our server. The second, sent
 *       {@code T/4} or more after the first was answered, passes the leader when the next ping is due: a tick is at most
 *       {@code T/2}. If the leader was frozen then, it pings as soon as it thaws, before the third, sent {@code T/20} or more
 *       after the second was answered. Pings, their replies and requests keep their order on the one connection between
 *       server and leader, so when the third passes, the leader has heard of us at {@code x} or later. If our server changed
 *       in between, the first kind of evidence is the stronger one.
 * </ol>
 *
 * <p>Every request is one that passes the leader. All times are {@link System#nanoTime()} of this process, which runs on
 * while the process is frozen; a twentieth of {@code T} is left for clocks that run at different rates.
 */
final class Lease {

    private static final int REMEMBERED = 64;

    private final Deque<Exchange> exchanges = new ArrayDeque<>();
    private final long timeout;
    private long heard;

    /**
     * Begins with a connection.
     *
     * @param timeout the negotiated session timeout, in nanoseconds
     * @param attempt when the attempt to connect began
     */
    Lease(long timeout, long attempt) {
        this.timeout = timeout;
        this.heard = attempt;
    }

    /** Takes over what is known of the same session when it has connected again. */
    Lease reconnected(long newTimeout, long attempt) {
        Lease lease = new Lease(newTimeout, attempt - heard > 0 ? attempt : heard);
        lease.exchanges.addAll(exchanges);
        return lease;
    }

    /** Notes a request that ZooKeeper has answered. */
    void answered(long sent, long answered) {
        Exchange last = exchanges.peekLast();
        // Requests in quick succession add nothing: the rules above need gaps.
        if (last == null || sent - last.sent >= timeout / 50) {
            exchanges.addLast(new Exchange(sent, answered));
            if (exchanges.size() > REMEMBERED) {
                exchanges.removeFirst();
            }
        }
    }

    /**
     * Tells until when a proof is worth something.
     *
     * @param proofSent when the successful proof was sent
     * @return the end of the lease: at most 6T/10 after the proof was sent, and always T/20 before the leader could
     *     expire the session
     */
    long end(long proofSent) {
        advance(proofSent);
        long byProof = proofSent + 6 * (timeout / 10);
        long byLeader = heard + 19 * (timeout / 20);
        return byLeader - byProof < 0 ? byLeader : byProof;
    }

    private void advance(long third) {
        Iterator<Exchange> newestFirst = exchanges.descendingIterator();
        Exchange second = null;
        while (newestFirst.hasNext()) {
            Exchange exchange = newestFirst.next();
            if (second == null) {
                if (third - exchange.answered >= timeout / 20) {
                    second = exchange;
                }
            } else if (second.sent - exchange.answered >= timeout / 4) {
                if (exchange.sent - heard > 0) {
                    heard = exchange.sent;
                }
                return;
            }
        }
    }

    private record Exchange(long sent, long answered) {}
}
