package io.masterlatch.election;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one instance knows of the election: an immutable snapshot for everybody outside it.
 *
 * <p>Knowledge ends. What a snapshot says holds until {@link #knownUntil}, and for whoever holds the node that moment is the
 * end of the lease; afterwards the same snapshot answers {@link Role#UNKNOWN} and no master. So every question takes the time,
 * {@link System#nanoTime()} read by the caller, and nobody has to come by to clear a flag.
 *
 * @param self the address that this instance advertises
 * @param stands whether it stands for election
 * @param connection the connection to ZooKeeper
 * @param session the session; null before the first connection and when closed
 * @param seat the master's node as last seen
 * @param knownUntil until when, in {@link System#nanoTime()}, this may be answered
 * @param trouble what ZooKeeper refuses, in words; null when it refuses nothing
 * @param seatSince since when, as this instance saw it, the seat has been held by that master or vacant, in {@link System#nanoTime()}
 * @param lineless why this instance cannot stand in the line of succession, in words; null when it does, or does not want to
 * @param hindrance why no connection comes about, in words; null when that is not known
 * @param exposure what others may do in ZooKeeper that they should not, in words; null when there is nothing known
 */
public record Mastership(
        String self,
        boolean stands,
        Connection connection,
        @Nullable Session session,
        Seat seat,
        long knownUntil,
        @Nullable String trouble,
        long seatSince,
        @Nullable String lineless,
        @Nullable String hindrance,
        @Nullable String exposure) {

    /** The connection to ZooKeeper. */
    public enum Connection {
        /** Not started, or closed. */
        CLOSED,
        /** Started, and not connected in this session yet. */
        CONNECTING,
        /** Connected. */
        CONNECTED,
        /** Connected before, and cut off now. */
        SUSPENDED
    }

    /**
     * Tells what an instance knows that takes no part.
     *
     * @param self its address
     * @param stands whether it will stand for election
     * @param now {@link System#nanoTime()}
     * @return a snapshot in the role UNKNOWN
     */
    public static Mastership closed(String self, boolean stands, long now) {
        return new Mastership(
                self, stands, Connection.CLOSED, null, new Seat.Unseen(), now, null, now, null, null, null);
    }

    /**
     * Tells the role at an instant.
     *
     * @param now {@link System#nanoTime()}
     * @return the role; MASTER only while the lease runs
     */
    public Role role(long now) {
        if (knownUntil - now <= 0) {
            return Role.UNKNOWN;
        }
        if (holdsSeat()) {
            return Role.MASTER;
        }
        return stands ? Role.STANDBY : Role.OBSERVER;
    }

    /**
     * Tells who is master at an instant.
     *
     * @param now {@link System#nanoTime()}
     * @return the master; empty when there is none or this instance cannot tell, which {@link #role} tells apart
     */
    public Optional<Master> master(long now) {
        return knownUntil - now > 0 && seat instanceof Seat.Held held ? Optional.of(held.master()) : Optional.empty();
    }

    /**
     * Tells how long the mastership lasts without a further proof.
     *
     * @param now {@link System#nanoTime()}
     * @return the rest of the lease; zero for whoever is not master
     */
    public Duration leaseRemaining(long now) {
        return role(now) == Role.MASTER ? knownFor(now) : Duration.ZERO;
    }

    /**
     * Tells for how long what is known at an instant holds without a further sign of ZooKeeper.
     *
     * @param now {@link System#nanoTime()}
     * @return the rest of the time, for the master that of its lease; zero when the role is UNKNOWN
     */
    public Duration knownFor(long now) {
        return role(now) == Role.UNKNOWN ? Duration.ZERO : Duration.ofNanos(knownUntil - now);
    }

    /**
     * Tells what keeps the election from working, as far as this instance can see.
     *
     * @param now {@link System#nanoTime()}
     * @return the reason in words, for an operator; empty while all is well
     */
    public Optional<String> problem(long now) {
        if (trouble != null) {
            return Optional.of(trouble);
        }
        if (role(now) == Role.UNKNOWN) {
            String why = hindrance == null ? "" : ": " + hindrance;
            return Optional.of(
                    switch (connection) {
                        case CLOSED -> "the election is not started";
                        case CONNECTING -> "no connection to ZooKeeper yet" + why;
                        case CONNECTED -> "ZooKeeper is connected and has not confirmed its answers";
                        case SUSPENDED -> "no connection to ZooKeeper, and the lease has run out" + why;
                    });
        }
        if (seat instanceof Seat.Blocked blocked) {
            return Optional.of(blocked.reason());
        }
        if (seat instanceof Seat.Vacant
                && session != null
                && now - seatSince > session.timeout().toNanos()) {
            return Optional.of("there has been no master for longer than the session timeout");
        }
        return Optional.empty();
    }

    /**
     * Tells what an operator should look into although the election works.
     *
     * @param now {@link System#nanoTime()}
     * @return the remark in words; empty when there is none
     */
    public Optional<String> warning(long now) {
        if (role(now) == Role.UNKNOWN) {
            return Optional.empty();
        }
        return holderWarning(now)
                .or(() -> Optional.ofNullable(lineless)
                        .map(why -> "this instance competes for the mastership without standing in line: " + why))
                .or(() -> Optional.ofNullable(exposure));
    }

    private Optional<String> holderWarning(long now) {
        if (!(seat instanceof Seat.Held held) || holdsSeat()) {
            return Optional.empty();
        }
        if (self.equals(held.master().address())) {
            String holder = "session " + Session.name(held.master().session())
                    + " is master under this instance's own address " + self + ": ";
            // Twice, because a restarted ZooKeeper gives old sessions their time anew, and a little more.
            boolean outlivesGhost =
                    session != null && now - seatSince > 2 * session.timeout().toNanos();
            return Optional.of(holder
                    + (outlivesGhost
                            ? "another instance is configured with the same master.address"
                            : "the session of a previous run, which will expire, or another instance with the same"
                                    + " master.address"));
        }
        return Optional.ofNullable(held.oddity())
                .map(oddity -> "session " + Session.name(held.master().session()) + " is master and " + oddity);
    }

    /** Whether the node, as last seen, belongs to this instance's session: a matter of ownership, never of addresses. */
    boolean holdsSeat() {
        return session != null
                && seat instanceof Seat.Held held
                && held.master().session() == session.id();
    }
}
