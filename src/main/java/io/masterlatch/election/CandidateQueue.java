package io.masterlatch.election;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * This instance's position among the candidates. It decides which candidate claims first, and safety does not depend on
 * it. Other candidates join behind, so a list that is out of date can only put this instance too far back.
 */
final class CandidateQueue {

    /** How many candidates at the front watch the master's node. */
    static final int FRONT = 3;

    /** How long a candidate leaves a free lease to each one in front of it, in nanoseconds. */
    static final long TURN = 250_000_000;

    private static final long LAST_TURN = 4 * TURN;

    private final LongUnaryOperator random;
    private List<CandidateNode> nodes = List.of();
    private final List<String> surplus = new ArrayList<>();
    private @Nullable String own;
    private @Nullable String watched;
    private @Nullable String holder;
    /** Whether this instance's present node was in the list that was read last. */
    private boolean read;
    /** Whether to read the list again, although it is still usable. */
    private boolean readAgain;
    /** Whether a request to join without a reply may have created a node that is not known. */
    private boolean doubtful;

    private boolean forceJoin;
    private long notBefore;
    private long jitter;

    /** Creates a queue with a source of random numbers from zero to below the argument. */
    CandidateQueue(LongUnaryOperator random) {
        this.random = random;
        this.jitter = random.applyAsLong(TURN);
    }

    /** Forgets this instance's node, which is gone, and requests another. */
    void forget(long now) {
        own = null;
        watched = null;
        read = false;
        forceJoin = false;
        notBefore = now;
    }

    /** Requests that this instance's node is replaced by one at the end. */
    void goToEnd(long now) {
        forceJoin = own != null;
        notBefore = now;
    }

    /** The name of this instance's node; null when it has none. */
    @Nullable
    String own() {
        return own;
    }

    void joined(String name) {
        own = name;
        forceJoin = false;
        read = false;
    }

    void joinUnanswered() {
        doubtful = true;
    }

    void left(String name) {
        if (name.equals(own)) {
            own = null;
        }
        surplus.remove(name);
        readAgain = true;
    }

    void readAgain() {
        readAgain = true;
    }

    /**
     * Records the holder of the lease. Behind a new holder the next candidates move up, since those in front of it have
     * left.
     */
    void heldBy(@Nullable String id) {
        if (id != null && !id.equals(holder)) {
            holder = id;
            readAgain |= isNear(id);
        }
    }

    private boolean isNear(String id) {
        int distance = 0;
        for (CandidateNode node : nodes) {
            if (node.name().equals(own)) {
                return distance < FRONT;
            }
            distance = node.id().equals(id) ? 0 : distance + 1;
        }
        return false;
    }

    void read(List<CandidateNode> present, String id) {
        nodes = present;
        read = true;
        readAgain = false;
        doubtful = false;
        watched = null;
        jitter = random.applyAsLong(TURN);
        // A request to join without a reply may have created a second node.
        surplus.clear();
        present.stream()
                .filter(node -> node.id().equals(id) && !node.name().equals(own))
                .forEach(node -> surplus.add(node.name()));
        if (present.stream().noneMatch(node -> node.name().equals(own))) {
            own = null;
        }
    }

    /** Sends no request before a time. */
    void pause(long until) {
        notBefore = until;
    }

    boolean isJoining() {
        return forceJoin;
    }

    /** When the next request to the queue is due. */
    long notBefore() {
        return notBefore;
    }

    /** Returns the next request that the queue needs; null when it needs none now. */
    @Nullable
    Request next(String id, String address, @Nullable String holder, long now) {
        if (now - notBefore < 0) {
            return null;
        }
        if (own == null || forceJoin) {
            return new Request.JoinQueue(id, address, forceJoin ? own : null);
        }
        if (!read || readAgain) {
            return new Request.ReadQueue(own);
        }
        if (!surplus.isEmpty()) {
            return new Request.LeaveQueue(surplus.get(0));
        }
        // The queue is read again when this one leaves or has left. Else the position would count it for ever.
        List<CandidateNode> before = before(id, holder);
        String nearest = before.isEmpty() ? null : before.get(before.size() - 1).name();
        if (nearest != null && !nearest.equals(watched)) {
            watched = nearest;
            return new Request.WatchCandidate(nearest);
        }
        return null;
    }

    /** Returns the next request by which an instance that is no candidate leaves the queue; null when it has left. */
    @Nullable
    Request leave(long now) {
        if (now - notBefore < 0) {
            return null;
        }
        if (own != null) {
            return new Request.LeaveQueue(own);
        }
        if (doubtful) {
            return new Request.ReadQueue(null);
        }
        return surplus.isEmpty() ? null : new Request.LeaveQueue(surplus.get(0));
    }

    /**
     * Counts the candidates in front. The node of the holder stays until its session ends and is not counted. Returns
     * {@link #FRONT} without a position.
     */
    int position(String id, @Nullable String holder) {
        return isPlaced() ? before(id, holder).size() : FRONT;
    }

    /**
     * Returns the nodes in front of this instance's own, without the holder's. Of several nodes with one id the latest
     * counts.
     */
    private List<CandidateNode> before(String id, @Nullable String holder) {
        Map<String, CandidateNode> before = new LinkedHashMap<>();
        boolean inFront = true;
        for (CandidateNode node : nodes) {
            inFront &= !node.name().equals(own);
            if (!inFront && before.isEmpty()) {
                // The first in the queue claims at once and does not search the candidates behind it.
                return List.of();
            }
            before.remove(node.id());
            if (inFront && !node.id().equals(id) && !node.id().equals(holder)) {
                before.put(node.id(), node);
            }
        }
        return List.copyOf(before.values());
    }

    boolean isPlaced() {
        return own != null && read;
    }

    /** Returns how long this instance leaves a free lease to those in front of it, in nanoseconds. */
    long turn(String id, @Nullable String holder) {
        int position = position(id, holder);
        long turn = Math.min(position * TURN, LAST_TURN);
        return isPlaced() && turn < LAST_TURN ? turn : turn + jitter;
    }
}
