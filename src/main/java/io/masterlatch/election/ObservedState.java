package io.masterlatch.election;

import io.masterlatch.election.LeaseRecord.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The lease and the master's node as last seen, and since when this instance has seen them so. */
final class ObservedState {

    // A server that is behind is not behind for longer than this; a restored ensemble is for ever.
    private static final long LONGEST_LAG = Duration.ofSeconds(10).toNanos();

    private final Consumer<String> notices;
    private @Nullable LeaseNode lease;
    private @Nullable LeaseNode lastLease;
    private @Nullable MasterNode node;
    private @Nullable Integer guard;
    private boolean guardChanged;
    private boolean looked;
    private int torn;
    private long seen;
    private long nodeSeen;
    private @Nullable Long behindSince;
    private @Nullable Master bound;
    private @Nullable LeaseRecord lastHeld;

    /** Creates a state before the first look, with what takes remarks for an operator. */
    ObservedState(Consumer<String> notices) {
        this.notices = notices;
    }

    /**
     * Takes what a look saw. Returns false when the server is behind one that answered earlier, so that nothing follows
     * from it.
     */
    boolean look(Reply.Looked looked, long now) {
        LeaseNode newLease = looked.lease();
        MasterNode newNode = looked.node();
        LeaseNode last = lastLease;
        boolean back =
                last != null && newLease != null && last.czxid() == newLease.czxid() && newLease.mzxid() < last.mzxid();
        // A wiped ensemble may give its new node the number of the old one; but then it was missing, most likely.
        if (back && lease != null) {
            behindSince = behindSince == null ? Long.valueOf(now) : behindSince;
            if (now - behindSince < LONGEST_LAG) {
                return false;
            }
        }
        if (back) {
            notices.accept("ZooKeeper's data was wiped, or restored from an earlier state: epochs may come twice");
        } else if (last != null && newLease != null && last.czxid() != newLease.czxid()) {
            notices.accept(
                    newLease.czxid() < last.mzxid()
                            ? "ZooKeeper's data was wiped or replaced: epochs start again"
                            : "the lease node was deleted and created anew");
        }
        behindSince = null;
        boolean sameNode = node == null ? newNode == null : newNode != null && newNode.czxid() == node.czxid();
        boolean same = this.looked && sameNode && sameWrite(lease, newLease);
        take(newLease, newNode, same, now);
        guard = looked.guard();
        return true;
    }

    /** Takes what a write of this instance's own has left: the two belong together. */
    void written(LeaseNode newLease, @Nullable MasterNode newNode, long now) {
        take(newLease, newNode, false, now);
    }

    private void take(@Nullable LeaseNode newLease, @Nullable MasterNode newNode, boolean same, long now) {
        // What is missing at first sight is seen for the first time as well.
        if (!looked || !sameWrite(lease, newLease)) {
            seen = now;
        }
        if (!looked || !Objects.equals(node, newNode)) {
            nodeSeen = now;
        }
        looked = true;
        guard = null;
        guardChanged = false;
        lease = newLease;
        node = newNode;
        lastLease = newLease == null ? lastLease : newLease;
        if (newLease != null && newLease.record().kind() == Kind.HELD) {
            lastHeld = newLease.record();
        }
        if (isBound()) {
            bound = master();
        }
        boolean match = node == null || node.owner() == 0 || isBound() || same || wasBound();
        torn = match ? 0 : torn + 1;
    }

    void guardChanged() {
        guardChanged = true;
    }

    /**
     * Returns, once for each look, the version that the guard has when the next write of the lease was a release. That
     * version and the lease's next show it together: the guard was written since, and each of its writes is in one
     * transaction with a release. Returns null when there seems to have been none, and for versions below zero, of
     * which some mean something else to ZooKeeper.
     */
    @Nullable
    Integer takeGuardOfRelease() {
        Integer seen = guard;
        if (!guardChanged || seen == null || !isBound() || seen < 0 || lease.version() < 0) {
            return null;
        }
        guard = null;
        return seen + 1;
    }

    private static boolean sameWrite(@Nullable LeaseNode a, @Nullable LeaseNode b) {
        if (a == null || b == null) {
            return a == b;
        }
        // The records too: a wiped ensemble counts from the start, and soon comes to the same numbers again.
        return a.czxid() == b.czxid() && a.mzxid() == b.mzxid() && a.record().equals(b.record());
    }

    @Nullable
    LeaseNode lease() {
        return lease;
    }

    @Nullable
    MasterNode node() {
        return node;
    }

    boolean isLooked() {
        return looked;
    }

    /** Whether the lease node, or a master, has ever been there. */
    boolean wasHeld() {
        return lease != null || lastHeld != null || node != null;
    }

    /** The id of the present or last holder; null if there was none, or it is unknown. */
    @Nullable
    String holder() {
        return lastHeld == null ? null : lastHeld.holder();
    }

    /** Whether the node belongs to the record. */
    boolean isBound() {
        return lease != null && node != null && lease.record().kind() == Kind.HELD && node.czxid() == lease.epoch();
    }

    /** Returns the longest lease that may be running unnoticed. */
    Duration longest(Duration configured) {
        LeaseRecord last = lastHeld;
        return last != null && last.length().compareTo(configured) > 0 ? last.length() : configured;
    }

    /** When this record was first seen. */
    long seen() {
        return seen;
    }

    /** When the record and the node were first seen as they are. */
    long pairSeen() {
        return Times.later(seen, nodeSeen);
    }

    /**
     * When another instance may replace the record: 1.2 leases after it was first seen, for clocks that run at
     * different rates.
     */
    long lapsesAt() {
        Duration length = lease == null ? Duration.ZERO : lease.record().length();
        return seen + length.toNanos() / 10 * 12;
    }

    boolean isFree(long now) {
        return lease != null && (lease.record().isReleased() || now - lapsesAt() >= 0);
    }

    /** How many looks in a row may have shown the record and the node of two different times. */
    int torn() {
        return torn;
    }

    /** Whether the node belonged to a record before, and does not any more. */
    private boolean wasBound() {
        return bound != null && node != null && node.czxid() == bound.epoch();
    }

    /** The master that the node is, by the record's address when it belongs to the record. */
    Master master() {
        MasterNode present = Objects.requireNonNull(node);
        boolean ours = isBound();
        LeaseRecord record = ours ? Objects.requireNonNull(lease).record() : null;
        return new Master(
                record == null ? present.data().address() : record.address(),
                present.czxid(),
                present.since(),
                present.owner(),
                record == null ? null : record.holder());
    }

    /** Returns the state by the last look; null for a torn look, which is repeated once. */
    @Nullable
    NodeState state(@Nullable Long ownEnd, long now) {
        if (!looked) {
            return new NodeState.Unknown("ZooKeeper has not answered yet", null);
        }
        if (node != null && node.owner() == 0) {
            String children = node.children();
            return new NodeState.Blocked(
                    "the master's node is persistent: no instance can become master until an operator deletes it"
                            + (children == null ? "" : " with its children " + children));
        }
        if (lease != null && lease.record().kind() == Kind.UNREADABLE) {
            boolean lapsed = now - lapsesAt() >= 0;
            return lapsed && node == null
                    ? new NodeState.Absent("the lease record cannot be read, and lapsed", lapsesAt())
                    : new NodeState.Unknown("the lease record cannot be read", lapsed ? null : lapsesAt());
        }
        if (isBound()) {
            return new NodeState.Held(
                    master(),
                    ownEnd != null ? ownEnd : seen + lease.record().length().toNanos(),
                    ownEnd != null);
        }
        if (node != null) {
            if (wasBound()) {
                return new NodeState.Unknown("the master's node belongs to a lease that was changed by hand", null);
            }
            if (torn > 1) {
                return new NodeState.Unknown("the lease and the master's node did not match in two reads", null);
            }
            return torn == 1
                    ? null
                    : new NodeState.Stranger(master(), node.data().problem());
        }
        return withoutNode(now, ownEnd);
    }

    private NodeState withoutNode(long now, @Nullable Long ownEnd) {
        if (lease == null) {
            return new NodeState.Absent("no instance has been master yet", nodeSeen);
        }
        LeaseRecord record = lease.record();
        if (record.isReleased()) {
            String by = record.address();
            return new NodeState.Absent(
                    by == null ? "no instance has claimed the lease" : by + " released the lease", pairSeen());
        }
        long end = ownEnd != null ? ownEnd : seen + record.length().toNanos();
        if (bound != null && bound.epoch() == lease.epoch()) {
            return new NodeState.Held(bound, end, ownEnd != null);
        }
        return now - end < 0
                ? new NodeState.Unknown(
                        "the master's node is missing while the lease of " + record.holderName() + " runs", end)
                : new NodeState.Absent("the lease of " + record.holderName() + " lapsed", end);
    }
}
