package io.masterlatch.election;

import io.masterlatch.election.NodeState.Absent;
import io.masterlatch.election.NodeState.Blocked;
import io.masterlatch.election.NodeState.Held;
import io.masterlatch.election.NodeState.Stranger;
import io.masterlatch.election.NodeState.Unknown;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of what one instance knows. Its answers expire by themselves: each question takes the time, so
 * that the answer is right even after a pause of any length.
 *
 * @param self the address that this instance advertises
 * @param id the id of this latch in the election, drawn at each start
 * @param candidate whether this instance is a candidate
 * @param connection the connection to ZooKeeper
 * @param session the session; null before the first connection and when closed
 * @param leaseLength the lease in force: at most half the session timeout
 * @param lease the lease that this instance holds; null when it holds none
 * @param state what the last look showed
 * @param lookSent when the last answered look was sent, in {@link ClockReading#nanos()}
 * @param lookAnswered when it was answered
 * @param error what keeps the election from working; null when nothing does
 * @param connectError why there is no connection; null when that is not known
 * @param fatalSince since when no client can be made for lack of threads, memory or descriptors, in
 * {@link ClockReading#nanos()}; null when that is not so
 * @param successorUntil until when a successor is expected after a release on purpose, in {@link ClockReading#nanos()};
 * null when none is
 * @param warnings what an operator should check although the election works
 */
public record Mastership(
        String self,
        String id,
        boolean candidate,
        Connection connection,
        @Nullable Session session,
        Duration leaseLength,
        @Nullable Lease lease,
        NodeState state,
        long lookSent,
        long lookAnswered,
        @Nullable String error,
        @Nullable String connectError,
        @Nullable Long fatalSince,
        @Nullable Long successorUntil,
        List<String> warnings) {

    // An expiring session, or an ensemble that elects its leader, may take longer than two leases.
    private static final long NO_MASTER_SLACK = Duration.ofSeconds(2).toNanos();

    /** The connection to ZooKeeper. */
    public enum Connection {
        /** Not started, or closed. */
        CLOSED,
        /** Started, and not connected yet. */
        CONNECTING,
        /** Connected. */
        CONNECTED,
        /** Connected before, and not now. */
        SUSPENDED
    }

    /**
     * A lease that this instance holds.
     *
     * @param master this instance as master
     * @param sent both clocks when the last successful write was sent
     * @param length how long the lease lasts from then on
     */
    public record Lease(Master master, ClockReading sent, Duration length) {

        long end() {
            return sent.nanos() + length.toNanos();
        }

        /** Whether the machine was suspended: the wall clock ran ahead by more than a tenth of the lease. */
        boolean isSuspended(ClockReading now) {
            return now.aheadSince(sent) > length.toNanos() / 10;
        }

        boolean runs(ClockReading now) {
            return now.nanos() - end() < 0 && !isSuspended(now);
        }
    }

    /** Returns the role, which is MASTER only while the lease runs. */
    public Role role(ClockReading now) {
        if (isMaster(now)) {
            return Role.MASTER;
        }
        if (!isKnown(now.nanos())) {
            return Role.UNKNOWN;
        }
        return candidate ? Role.STANDBY : Role.OBSERVER;
    }

    /** Returns the master. Empty if there is none or it is unknown; then {@link #role} is UNKNOWN. */
    public Optional<Master> master(ClockReading now) {
        if (isMaster(now)) {
            return Optional.of(lease.master());
        }
        long nanos = now.nanos();
        if (!isKnown(nanos)) {
            return Optional.empty();
        }
        if (state instanceof Stranger stranger) {
            return Optional.of(stranger.master());
        }
        return state instanceof Held held && !held.own() && nanos - held.end() < 0
                ? Optional.of(held.master())
                : Optional.empty();
    }

    /** Returns whether a master has released the lease on purpose, and another is expected any moment. */
    public boolean isSuccessorExpected(ClockReading now) {
        return successorUntil != null
                && now.nanos() - successorUntil < 0
                && connection == Connection.CONNECTED
                && master(now).isEmpty();
    }

    /** Returns how long this instance stays master without a further renewal; zero when it is not master. */
    public Duration leaseRemaining(ClockReading now) {
        return isMaster(now) ? Duration.ofNanos(lease.end() - now.nanos()) : Duration.ZERO;
    }

    /**
     * Returns how long this instance can give its present answers without hearing from ZooKeeper; zero in the role
     * UNKNOWN.
     */
    public Duration knownFor(ClockReading now) {
        long nanos = now.nanos();
        if (isMaster(now)) {
            return leaseRemaining(now);
        }
        return isKnown(nanos) ? Duration.ofNanos(knownUntil(nanos) - nanos) : Duration.ZERO;
    }

    /** Returns why there is no master, in words; empty if there is one or it is unknown. */
    public Optional<String> vacancy(ClockReading now) {
        Role role = role(now);
        if (role == Role.MASTER || role == Role.UNKNOWN || master(now).isPresent()) {
            return Optional.empty();
        }
        if (state instanceof Held held) {
            return Optional.of(lapse(held) + " "
                    + Duration.ofNanos(now.nanos() - held.end()).toMillis() + " ms ago");
        }
        if (state instanceof Absent absent) {
            return Optional.of(absent.why());
        }
        return state instanceof Blocked blocked ? Optional.of(blocked.reason()) : Optional.empty();
    }

    /** Says that a lease lapsed, whenever that was. */
    static String lapse(Held held) {
        return "the lease of " + (held.own() ? "this instance" : held.master().name()) + " lapsed";
    }

    /** Returns the problem that keeps the election from working, for an operator; empty while it works. */
    public Optional<String> problem(ClockReading now) {
        Role role = role(now);
        if (role == Role.UNKNOWN && connection != Connection.CONNECTED) {
            return Optional.of(unknown(now));
        }
        if (error != null) {
            return Optional.of(error);
        }
        long nanos = now.nanos();
        if (role != Role.MASTER && state instanceof Held held && held.own()) {
            // At first a release is under way, or the next look will show more.
            if (connection != Connection.CONNECTED || nanos - held.end() <= 2 * leaseLength.toNanos()) {
                return Optional.empty();
            }
            return Optional.of(
                    role == Role.UNKNOWN
                            ? unknown(now)
                            : "the lease of this instance ran out, and it has not been renewed");
        }
        if (role == Role.UNKNOWN) {
            return Optional.of(unknown(now));
        }
        if (state instanceof Blocked blocked) {
            return Optional.of(blocked.reason());
        }
        Long since = state instanceof Absent absent
                ? Long.valueOf(absent.since())
                : state instanceof Held held && role != Role.MASTER && nanos - held.end() >= 0
                        ? Long.valueOf(held.end())
                        : null;
        if (since != null && nanos - since > 2 * leaseLength.toNanos() + NO_MASTER_SLACK) {
            return Optional.of("there has been no master for "
                    + Duration.ofNanos(nanos - since).toSeconds() + " s: "
                    + vacancy(now).orElse("the cause is not known"));
        }
        return Optional.empty();
    }

    /** Returns what an operator should check although the election works. */
    public Optional<String> warning() {
        return warnings.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", warnings));
    }

    private String unknown(ClockReading now) {
        String why = connectError == null ? "" : ": " + connectError;
        return switch (connection) {
            case CLOSED -> "the election is not started";
            case CONNECTING -> "no connection to ZooKeeper yet" + why;
            case SUSPENDED -> "no connection to ZooKeeper" + why;
            case CONNECTED ->
                state instanceof Unknown unknown
                        ? words(unknown, now.nanos())
                        : "ZooKeeper is connected and has not answered for longer than the lease";
        };
    }

    private static String words(Unknown unknown, long now) {
        Long until = unknown.until();
        return until == null || until - now <= 0
                ? unknown.why()
                : unknown.why() + "; the election goes on in "
                        + Duration.ofNanos(until - now).toSeconds() + " s";
    }

    private boolean isMaster(ClockReading now) {
        return lease != null && lease.runs(now);
    }

    /** Whether the master, or its absence, is known, apart from the own lease. */
    private boolean isKnown(long now) {
        return knownUntil(now) - now > 0;
    }

    private long knownUntil(long now) {
        long named = lookSent + leaseLength.toNanos();
        // The absence of a master may end at any time, so only a recent look shows it.
        long noMaster = lookAnswered + leaseLength.toNanos() / 2;
        if (state instanceof Held held) {
            if (held.own()) {
                return lookAnswered - held.end() >= 0 ? noMaster : now;
            }
            return now - held.end() >= 0 ? noMaster : Times.earlier(named, held.end());
        }
        return state instanceof Absent ? noMaster : state instanceof Unknown ? now : named;
    }

    /** Returns when the answers change next without an event; a time in the past if they do not. */
    long changesAt(ClockReading now) {
        if (isMaster(now)) {
            return lease.end();
        }
        long end = state instanceof Unknown unknown && unknown.until() != null ? unknown.until() : now.nanos();
        return isKnown(now.nanos()) ? knownUntil(now.nanos()) : end;
    }
}
