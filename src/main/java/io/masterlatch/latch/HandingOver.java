package io.masterlatch.latch;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Event;
import io.masterlatch.election.Master;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import io.masterlatch.latch.HandOver.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hands the mastership of a latch over, one hand-over at a time: reads the queue, releases the lease for one candidate,
 * and waits for the next master. A failure before the release changes nothing.
 */
final class HandingOver {

    private static final String NOTHING_RELEASED = "; nothing was released";

    private final MasterLatch latch;
    private final MasterStore store;
    private final AtomicReference<@Nullable CompletableFuture<HandOver>> underWay = new AtomicReference<>();

    HandingOver(MasterLatch latch, MasterStore store) {
        this.latch = latch;
        this.store = store;
    }

    CompletableFuture<HandOver> begin(@Nullable String to, Duration patience) {
        // At most 292 years, so that nothing overflows.
        Duration timeout = Duration.ofNanos(TimeUnit.NANOSECONDS.convert(patience));
        ClockReading now = latch.now();
        Mastership mastership = latch.mastership();
        Master own = mastership.master(now).orElse(null);
        if (own == null || mastership.role(now) != Role.MASTER) {
            return CompletableFuture.completedFuture(notMaster());
        }
        CompletableFuture<HandOver> result = new CompletableFuture<>();
        if (!underWay.compareAndSet(null, result)) {
            return CompletableFuture.completedFuture(
                    new HandOver(Outcome.UNDER_WAY, "Another hand-over is under way", own));
        }
        queue().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .thenCompose(queue -> among(queue, to, own, mastership.id(), timeout))
                .exceptionally(ex -> unreachable(ex, timeout))
                .thenAccept(outcome -> settle(result, outcome));
        // Another future: cancelling it must not end the hand-over, and what depends on it must not hold up the
        // election.
        return result.thenApplyAsync(outcome -> outcome);
    }

    /** Reads the candidate queue. Fails at once without a connection. */
    CompletableFuture<List<Candidate>> queue() {
        return latch.mastership().connection() == Connection.CONNECTED
                ? CompletableFuture.completedFuture(store).thenCompose(MasterStore::candidates)
                : CompletableFuture.failedFuture(new IOException("there is no connection to ZooKeeper"));
    }

    /** Ends the wait for a successor, since a closed latch does not see it. */
    void closed() {
        CompletableFuture<HandOver> result = underWay.get();
        if (result != null) {
            settle(
                    result,
                    new HandOver(
                            Outcome.CLOSED,
                            "This instance was stopped meanwhile and is no longer the master; ask another instance",
                            null));
        }
    }

    /** Lets the next hand-over begin before the callers learn the result of this one. */
    private void settle(CompletableFuture<HandOver> result, HandOver outcome) {
        underWay.compareAndSet(result, null);
        result.complete(outcome);
    }

    private CompletableFuture<HandOver> among(
            List<Candidate> queue, @Nullable String to, Master own, String id, Duration timeout) {
        List<Candidate> others =
                queue.stream().filter(other -> !other.node().id().equals(id)).toList();
        List<Candidate> able = others.stream()
                .filter(other -> !isLeftBehind(other, others, own))
                .toList();
        Candidate next = able.stream()
                .filter(other -> to == null || to.equals(other.address()))
                .findFirst()
                .orElse(null);
        if (next != null) {
            return release(next, to, own, timeout);
        }
        if (to == null || able.isEmpty()) {
            return CompletableFuture.completedFuture(
                    new HandOver(Outcome.NO_OTHER_CANDIDATE, "There is no other candidate" + NOTHING_RELEASED, own));
        }
        String message = to.equals(own.address())
                ? to + " is this instance, which is the master already"
                : "'" + to + "' is not a candidate; other candidates are "
                        + able.stream().map(HandingOver::name).collect(Collectors.joining(", "));
        return CompletableFuture.completedFuture(
                new HandOver(Outcome.UNKNOWN_CANDIDATE, message + NOTHING_RELEASED, own));
    }

    /** Whether a killed process left this candidate. It has the address of this instance or of a later candidate. */
    private static boolean isLeftBehind(Candidate candidate, List<Candidate> others, Master own) {
        String address = candidate.address();
        return address != null
                && (address.equals(own.address())
                        || others.stream()
                                .anyMatch(other -> other.node().compareTo(candidate.node()) > 0
                                        && address.equals(other.address())));
    }

    private CompletableFuture<HandOver> release(Candidate next, @Nullable String to, Master own, Duration timeout) {
        CompletableFuture<Master> successor = new CompletableFuture<>();
        Consumer<MastershipChange> watch = change -> {
            Master master = change.master();
            if (master != null && master.epoch() > own.epoch()) {
                successor.complete(master);
            }
        };
        latch.addChangeListener(watch);
        String why = "released the lease to hand it over to " + name(next);
        return latch.command(ticket ->
                        new Event.HandOver(ticket, own.epoch(), why, next.node().id(), timeout))
                .thenCompose(released -> released == ReleaseOutcome.NOT_HELD
                        ? CompletableFuture.completedFuture(notMaster())
                        : successor
                                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                                .handle((master, late) -> outcome(late == null ? master : lastSeen(own), to, released)))
                .whenComplete((done, failure) -> latch.removeChangeListener(watch));
    }

    /** The snapshot can be newer than the last call of the listener. */
    private @Nullable Master lastSeen(Master own) {
        return latch.mastership()
                .master(latch.now())
                .filter(master -> master.epoch() > own.epoch())
                .orElse(null);
    }

    private HandOver outcome(@Nullable Master master, @Nullable String to, ReleaseOutcome released) {
        if (master == null) {
            Master own = latch.hasLeadership() ? latch.getLeader().orElse(null) : null;
            String unconfirmed = "ZooKeeper did not confirm the release: "
                    + (own == null
                            ? "this instance is no longer the master, and the lease lapses"
                            : "this instance has renewed the lease and is still the master");
            return new HandOver(
                    Outcome.TIMED_OUT,
                    released == ReleaseOutcome.RELEASED
                            ? "The lease was released, and no other instance claimed it in time"
                            : unconfirmed,
                    own);
        }
        if (latch.mastership().id().equals(master.holder())) {
            return new HandOver(
                    Outcome.TIMED_OUT,
                    "The lease was released, but no other instance claimed it: this instance is master again",
                    master);
        }
        return to == null || to.equals(master.address())
                ? new HandOver(Outcome.HANDED_OVER, master.name() + " is master", master)
                : new HandOver(
                        Outcome.WON_BY_ANOTHER,
                        "The lease was released, and " + master.name() + " became master instead of " + to
                                + ", which did not claim it in time",
                        master);
    }

    private HandOver notMaster() {
        ClockReading now = latch.now();
        Mastership mastership = latch.mastership();
        Master master = mastership.master(now).orElse(null);
        Role role = mastership.role(now);
        if (role == Role.MASTER) {
            String again = "This instance lost the mastership meanwhile and is master again";
            return new HandOver(Outcome.NOT_MASTER, again, master);
        }
        String present = master != null
                ? "the master is " + master.name()
                : role == Role.UNKNOWN ? "the master is unknown" : "there is none";
        return new HandOver(Outcome.NOT_MASTER, "This instance is not the master; " + present, master);
    }

    private static HandOver unreachable(Throwable failure, Duration timeout) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String reason = cause instanceof TimeoutException
                ? "ZooKeeper did not answer within " + timeout.toMillis() + " ms"
                : "ZooKeeper could not be asked: " + cause.getMessage();
        return new HandOver(Outcome.UNREACHABLE, reason + NOTHING_RELEASED, null);
    }

    private static String name(Candidate candidate) {
        String address = candidate.address();
        return address != null ? address : "candidate " + candidate.node().name();
    }
}
