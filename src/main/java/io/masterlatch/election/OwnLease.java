package io.masterlatch.election;

import io.masterlatch.election.Mastership.Lease;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This instance's lease, and what makes a record its own: the id of this latch, and the nonce of its last confirmed
 * write or of a write sent after it. The id alone would also fit a clone of this process.
 */
final class OwnLease {

    private static final int MOST = 64;

    private final Supplier<String> tokens;
    // A refused write stays here: of a write that was carried out twice, only the second outcome is answered.
    private final Deque<String> unconfirmed = new ArrayDeque<>();
    private String id = "";
    private @Nullable String confirmed;
    private @Nullable Lease lease;
    private long ended;
    private long renewAt;
    private long lastEpoch;
    private boolean doubtful;

    OwnLease(Supplier<String> tokens) {
        this.tokens = tokens;
    }

    /** Draws another id. Records under the former one no longer belong to this instance. */
    void drawId(long now) {
        id = tokens.get();
        ended = now;
        renewAt = now;
        released();
        lease = null;
    }

    String id() {
        return id;
    }

    /** Returns the nonce of a write that is about to be sent. */
    String nonce() {
        String nonce = tokens.get();
        unconfirmed.addLast(nonce);
        if (unconfirmed.size() > MOST) {
            unconfirmed.removeFirst();
        }
        return nonce;
    }

    /** Returns the nonce of a record that belongs to no instance. */
    String foreignNonce() {
        return tokens.get();
    }

    /** Called after a release. Earlier writes can no longer succeed, since their version has passed. */
    void released() {
        confirmed = null;
        unconfirmed.clear();
        doubtful = false;
    }

    /** Called after a write with this nonce. Earlier writes can no longer succeed, since their version has passed. */
    void confirm(@Nullable String nonce) {
        if (nonce != null && unconfirmed.contains(nonce)) {
            String passed;
            do {
                passed = unconfirmed.removeFirst();
            } while (!passed.equals(nonce));
            confirmed = nonce;
            doubtful = false;
        }
    }

    /** Called when a write has no reply. */
    void unanswered() {
        doubtful = true;
    }

    /** Called when another record is seen. Earlier writes can no longer succeed. */
    void replaced() {
        doubtful = false;
    }

    /** Whether there is a write with an unknown outcome, which may still be carried out. */
    boolean isDoubtful() {
        return doubtful;
    }

    boolean wrote(LeaseRecord record) {
        String nonce = record.nonce();
        return id.equals(record.holder()) && nonce != null && (nonce.equals(confirmed) || unconfirmed.contains(nonce));
    }

    /** Whether another process wrote this record under the id of this instance: one is a copy of the other. */
    boolean isCloned(LeaseRecord record) {
        return id.equals(record.holder()) && !wrote(record);
    }

    /** Returns the lease; null when this instance is not master. It may just have run out. */
    @Nullable
    Lease lease() {
        return lease;
    }

    /** When the lease ended, if there is none. */
    long ended() {
        return ended;
    }

    /** The epoch of the last lease. */
    long lastEpoch() {
        return lastEpoch;
    }

    /** When the next renewal is due. */
    long renewAt() {
        return renewAt;
    }

    /**
     * Extends the lease from the time when the write was <i>sent</i>: an instance that takes the lease over counts from
     * a later time. Returns false if the reply came after the end of the lease, which is then renewed at once.
     */
    boolean extend(Lease extended, ClockReading now) {
        if (!extended.runs(now)) {
            renewAt = now.nanos();
            return false;
        }
        lease = extended;
        lastEpoch = extended.master().epoch();
        renewAt = extended.sent().nanos() + extended.length().toNanos() / 5;
        return true;
    }

    /** Ends the lease. If it still belongs to this instance, it is renewed at once. */
    void end(ClockReading now) {
        if (lease != null) {
            ended = Times.earlier(lease.end(), now.nanos());
            renewAt = now.nanos();
            lease = null;
        }
    }
}
