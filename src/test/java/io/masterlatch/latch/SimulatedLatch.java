package io.masterlatch.latch;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.ReleaseOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The loop of a latch for the simulation, which is in another package: everything around the loop is given. */
public final class SimulatedLatch {

    /** See {@code ElectionLoop.Timer}. */
    public interface Timer extends ElectionLoop.Timer {}

    /** See {@code ElectionLoop.Outlet}. */
    public interface Outlet extends ElectionLoop.Outlet {}

    private final ElectionLoop loop;

    /** Makes a loop that is not started. */
    public SimulatedLatch(
            Election election,
            MasterStore store,
            Supplier<ClockReading> clock,
            Timer timer,
            Duration lease,
            Outlet outlet) {
        this.loop = new ElectionLoop(election, store, clock, timer, lease, outlet);
    }

    /** As {@code MasterLatch.start}. */
    public void start() {
        loop.start();
    }

    /** As {@code MasterLatch.close} begins; the caller that waits for the end closes store and timer then. */
    public CompletableFuture<ReleaseOutcome> stop() {
        return loop.command(ticket -> new Event.Stop(ticket, "it was closed"));
    }

    /** As {@code MasterLatch.withdraw}. */
    public CompletableFuture<ReleaseOutcome> withdraw() {
        return loop.command(ticket -> new Event.Withdraw(ticket, "withdrawn"));
    }

    /** As {@code MasterLatch.join}. */
    public void join() {
        loop.submit(new Event.Join("a candidate again"));
    }

    /** As {@code MasterLatch.handOver} when it has chosen the candidate. */
    public CompletableFuture<ReleaseOutcome> handOver(Mastership own, ClockReading now, String successor) {
        long epoch = own.master(now).orElseThrow().epoch();
        return loop.command(
                ticket -> new Event.HandOver(ticket, epoch, "handed over", successor, Duration.ofSeconds(10)));
    }
}
