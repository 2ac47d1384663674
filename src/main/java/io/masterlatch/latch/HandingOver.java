package io.masterlatch.latch;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands the mastership of a latch over to another candidate, one hand-over at a time.
 *
 * <p>First ZooKeeper is asked who else stands, and whoever is before the chosen one is sent back to the end of the line. Up to here any
 * failure leaves everything as it was. Then the mastership is given up, and what counts is who is seen to take it.
 */
final class HandingOver {

    private final MasterNode node;
    private final MasterLatch latch;
    private final GivingUp givingUp;
    private final AtomicReference<@Nullable CompletableFuture<HandOver>> underWay = new AtomicReference<>();

    /** Gives up the mastership of one epoch, if it is still held, and tells whether it did. */
    interface GivingUp {

        CompletableFuture<Boolean> giveUp(long epoch, String why);
    }

    HandingOver(MasterNode node, MasterLatch latch, GivingUp givingUp) {
        this.node = node;
        this.latch = latch;
        this.givingUp = givingUp;
    }

    CompletableFuture<HandOver> begin(@Nullable String to, Duration timeout) {
        long now = System.nanoTime();
        Mastership current = latch.mastership();
        Master own = current.master(now).orElse(null);
        if (own == null || current.role(now) != Role.MASTER) {
            return CompletableFuture.completedFuture(new HandOver.NotMaster(own));
        }
        CompletableFuture<HandOver> outcome = new CompletableFuture<>();
        if (!underWay.compareAndSet(null, outcome)) {
            return CompletableFuture.completedFuture(new HandOver.UnderWay());
        }
        Attempt attempt = new Attempt(to, timeout, own);
        CompletableFuture.completedFuture(latch)
                .thenCompose(MasterLatch::candidates)
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .thenCompose(attempt::among)
                .exceptionally(failure -> new HandOver.Failed(reason(failure, timeout)))
                .thenAccept(result -> settle(outcome, result));
        // A copy, so that nobody ends it for others by cancelling his.
        return outcome.copy();
    }

    /** Ends the wait for a successor: who is closed sees none. */
    void closed() {
        CompletableFuture<HandOver> outcome = underWay.get();
        if (outcome != null) {
            settle(outcome, new HandOver.Closed());
        }
    }

    /** Lets the next one begin before anybody hears of the end of this one. */
    private void settle(CompletableFuture<HandOver> outcome, HandOver result) {
        underWay.compareAndSet(outcome, null);
        outcome.complete(result);
    }

    private static String reason(Throwable failure, Duration timeout) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? "ZooKeeper has not answered within " + timeout.toMillis() + " ms"
                : String.valueOf(cause.getMessage());
    }

    /** One hand-over of the mastership that is held now. */
    private final class Attempt {

        private final @Nullable String to;
        private final Duration timeout;
        private final Master own;

        Attempt(@Nullable String to, Duration timeout, Master own) {
            this.to = to;
            this.timeout = timeout;
            this.own = own;
        }

        CompletableFuture<HandOver> among(List<Standing> line) {
            List<Standing> others = line.stream()
                    .filter(standing -> standing.candidate().session() != own.session())
                    .toList();
            List<Standing> able =
                    others.stream().filter(other -> !isGhost(other, others)).toList();
            if (able.isEmpty()) {
                return nobodyElse();
            }
            Standing next = able.stream()
                    .filter(other -> to == null || to.equals(other.address()))
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                List<String> standing = able.stream().map(Attempt::name).toList();
                return CompletableFuture.completedFuture(new HandOver.UnknownCandidate(String.valueOf(to), standing));
            }
            List<Candidate> before = others.stream()
                    .takeWhile(other -> other != next)
                    .map(Standing::candidate)
                    .toList();
            if (!isHeld()) {
                return notMaster();
            }
            return node.sendBack(before)
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .thenCompose(sent -> giveUp(next));
        }

        /**
         * Whether it is what a killed process has left, which will never claim: it bears the address of this instance, or of one who
         * came later.
         */
        private boolean isGhost(Standing standing, List<Standing> others) {
            String address = standing.address();
            return address != null
                    && (address.equals(own.address())
                            || others.stream()
                                    .dropWhile(other -> other != standing)
                                    .skip(1)
                                    .anyMatch(later -> address.equals(later.address())));
        }

        private CompletableFuture<HandOver> nobodyElse() {
            String lineless = latch.mastership().lineless();
            return CompletableFuture.completedFuture(
                    lineless == null
                            ? new HandOver.NobodyElse()
                            : new HandOver.Failed("it cannot be told who else stands: " + lineless));
        }

        private CompletableFuture<HandOver> giveUp(Standing next) {
            CompletableFuture<HandOver> successor = new CompletableFuture<>();
            Consumer<MastershipChange> watch = change -> {
                Master master = change.master();
                if (master != null && master.epoch() > own.epoch()) {
                    successor.complete(wonBy(master, change.to() == Role.MASTER));
                }
            };
            latch.addChangeListener(watch);
            return givingUp.giveUp(own.epoch(), "given up to hand it over to " + name(next))
                    .thenCompose(given -> given
                            ? successor
                                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                                    .exceptionally(late -> lastSeen())
                            : notMaster())
                    .exceptionally(stopped -> new HandOver.Closed())
                    .whenComplete((done, never) -> latch.removeChangeListener(watch));
        }

        private HandOver wonBy(Master master, boolean itself) {
            if (itself) {
                return new HandOver.TimedOut(master);
            }
            return to == null || to.equals(master.address())
                    ? new HandOver.Done(master)
                    : new HandOver.WonByAnother(to, master);
        }

        /** The clock may have been faster than the listeners. */
        private HandOver lastSeen() {
            long now = System.nanoTime();
            Mastership mastership = latch.mastership();
            return mastership
                    .master(now)
                    .filter(master -> master.epoch() > own.epoch())
                    .map(master -> wonBy(master, mastership.role(now) == Role.MASTER))
                    .orElseGet(
                            () -> new HandOver.TimedOut(mastership.master(now).orElse(null)));
        }

        private boolean isHeld() {
            long now = System.nanoTime();
            Mastership mastership = latch.mastership();
            return mastership.role(now) == Role.MASTER
                    && mastership
                            .master(now)
                            .filter(master -> master.epoch() == own.epoch())
                            .isPresent();
        }

        private CompletableFuture<HandOver> notMaster() {
            return CompletableFuture.completedFuture(
                    new HandOver.NotMaster(latch.getLeader().orElse(null)));
        }

        private static String name(Standing standing) {
            return standing.address() != null
                    ? standing.address()
                    : "session " + Session.name(standing.candidate().session());
        }
    }
}
