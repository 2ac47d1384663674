package io.masterlatch.election;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The line of succession as one candidate knows it, and when it may claim a vacant seat.
 *
 * <p>Whoever is first in line claims at once, so that a hand-over costs one claim however many wait. Each other claims only when all
 * before it have had {@link #GRACE} to do so: the first may be frozen. The line bounds the cost and the order; who is master is
 * decided by the master's node alone.
 *
 * <p>It also keeps the promise when somebody deletes the node of a living master by hand. Then that master's place in the line is
 * still there, and its lease may still run if it is frozen or cut off; so the others wait until the lease has certainly ended.
 */
final class Succession {

    /** How long a candidate leaves the seat to each one before it. */
    static final Duration GRACE = Duration.ofMillis(250);

    private @Nullable List<Candidate> line;
    private long surveyed;
    private long holder;
    private boolean holderLeft;
    private boolean watching = true;
    private boolean outOfTouch;
    private long backInTouch;

    /** Begins anew in another session, before which anybody may have held the seat. */
    void begin() {
        line = null;
        holder = 0;
        holderLeft = false;
        outOfTouch = false;
    }

    /**
     * Goes on in the same session after a time without a connection, in which another may have held the seat.
     *
     * @param now when it was connected again
     */
    void resume(long now) {
        line = null;
        outOfTouch = true;
        backInTouch = now;
    }

    /**
     * Takes note that another may hold the seat now, or has held it unseen, and may have lost it again before a look sees that.
     *
     * @param now when that was heard of
     */
    void doubt(long now) {
        if (line != null || holder != 0) {
            outOfTouch = true;
            backInTouch = now;
        }
    }

    /** Forgets the line, not who held the seat last. */
    void forget() {
        line = null;
    }

    /**
     * Takes the line as it is.
     *
     * @param latest who stands in it
     * @param sent when that was asked
     * @param watches whether changes of the seat are told from now on
     * @param now when that was answered
     */
    void survey(List<Candidate> latest, long sent, boolean watches, long now) {
        if (watches && !watching) {
            doubt(now);
        }
        watching = watches;
        line = new ArrayList<>(latest);
        Collections.sort(line);
        surveyed = sent;
    }

    /** Takes note that one has left the line, and tells whether that is the one who held the seat last. */
    boolean left(String name) {
        int place = 0;
        while (line != null && place < line.size() && !line.get(place).name().equals(name)) {
            place++;
        }
        if (line == null || place == line.size()) {
            return false;
        }
        boolean holders = line.remove(place).session() == holder;
        holderLeft |= holders;
        return holders;
    }

    /** Takes note who holds the seat. */
    void heldBy(long session) {
        // Also if it is the same one as before: it may have joined again where this one does not watch it.
        holderLeft = false;
        holder = session;
        outOfTouch = false;
    }

    /** Whether this session stands in the line, as far as is known; empty if the line is not known. */
    Optional<Boolean> contains(long session) {
        return line == null ? Optional.empty() : Optional.of(place(session) < line.size());
    }

    /** Whether changes of the seat are told: whoever is told nothing may not claim, since another may have held it unseen. */
    boolean watches() {
        return watching;
    }

    /** How many stand before this session. */
    int place(long session) {
        int place = 0;
        while (line != null && place < line.size() && line.get(place).session() != session) {
            place++;
        }
        return place;
    }

    /**
     * Whether enough is known of the line to claim by it: that the last holder has left it, and with it who came before this one.
     *
     * @param session this session
     * @param vacant when the seat was first seen vacant
     */
    boolean knows(long session, long vacant) {
        boolean fresh = line != null && surveyed - vacant >= 0;
        boolean holderGone = !outOfTouch && (holder == 0 || holder == session || holderLeft);
        return fresh || (holderGone && place(session) == 0);
    }

    /**
     * Tells when this session may claim.
     *
     * @param session this session
     * @param vacant when the seat was first seen vacant
     * @return a time, past or future, by what is known of the line; if that is not enough to claim by, when to look at the line anew,
     *     which may still show a last holder who has left it
     */
    long claimAt(long session, long vacant) {
        int place = place(session);
        int turns = 0;
        for (int other = 0; other < place; other++) {
            turns += line.get(other).session() == holder ? 0 : 1;
        }
        long since = outOfTouch && backInTouch - vacant > 0 ? backInTouch : vacant;
        long waiting = turns * GRACE.toNanos();
        return since + (knows(session, vacant) ? Math.max(waiting, leaseOfHolder(session, place)) : waiting);
    }

    private long leaseOfHolder(long session, int place) {
        long longest = 0;
        for (int other = 0; line != null && other < line.size(); other++) {
            Candidate candidate = line.get(other);
            if (candidate.session() != session && mayHaveHeld(candidate, other < place)) {
                longest = Math.max(longest, leaseOf(candidate));
            }
        }
        return longest;
    }

    private boolean mayHaveHeld(Candidate other, boolean isAhead) {
        if (outOfTouch) {
            return true;
        }
        // Who came too late to see the last holder takes anybody before it for that one.
        return holder == 0 ? isAhead : other.session() == holder;
    }

    // 6T/10 is the longest a lease lasts beyond the proof that came before the deletion; the rest is for clocks.
    private static long leaseOf(Candidate candidate) {
        return candidate.timeout().toNanos() / 20 * 13;
    }
}
