package io.masterlatch.election;

import io.masterlatch.election.Mastership.Lease;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This instance's lease, and what makes a record its own: the id of this latch, and the nonce of its last confirmed write or of a
 * write sent after it. The id alone would also fit a clone of this process.
 */
final class OwnLease {

    private static final int MOST = 64;

    private final Supplier<String> tokens;
    // A write answered as refused stays: what was carried out twice was answered by the second time.
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

    /** Takes another id. Nothing written under the former one is this instance's any more. */
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

    /** Returns the nonce of a record that will be no instance's own. */
    String foreignNonce() {
        return tokens.get();
    }

    /** The lease was released: no write before that can be done any more, since its version has passed. */
    void released() {
        confirmed = null;
        unconfirmed.clear();
        doubtful = false;
    }

    /** The write with this nonce was done. One sent before it cannot be done any more, since its version has passed. */
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

    /** A write was not answered. */
    void unanswered() {
        doubtful = true;
    }

    /** Another record is there: what was sent before can be done no more. */
    void replaced() {
        doubtful = false;
    }

    /** Whether a write was sent of which it is not known whether it was done, or will be. */
    boolean isDoubtful() {
        return doubtful;
    }

    boolean wrote(LeaseRecord record) {
        String nonce = record.nonce();
        return id.equals(record.holder()) && nonce != null && (nonce.equals(confirmed) || unconfirmed.contains(nonce));
    }

    /** Whether another process wrote this under this instance's id: one of the two is a copy of the other. */
    boolean isCloned(LeaseRecord record) {
        return id.equals(record.holder()) && !wrote(record);
    }

    /** The lease; null when this instance is not master. It may have run out a moment ago. */
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
     * Runs from the time the write was <i>sent</i>: whoever may take the lease over counts from a later one. Returns false when the reply
     * came so late that the lease is over: then it is to be renewed at once.
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

    /** Ends the lease, and has it renewed at once if it is this instance's still. */
    void end(ClockReading now) {
        if (lease != null) {
            ended = Times.earlier(lease.end(), now.nanos());
            renewAt = now.nanos();
            lease = null;
        }
    }
}
