package io.masterlatch.actuate;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.Warnings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The election in figures, each as the description in the code says. {@link RequestMetrics} measures renewals and
 * claims.
 */
final class MasterMetrics implements MeterBinder {

    /** The label that all meters have. */
    static final String ELECTION = "election";

    private final MasterLatch latch;
    private final String election;
    private final boolean embedded;
    private final boolean simulated;
    private volatile long changed = System.nanoTime();

    MasterMetrics(MasterLatch latch, boolean embedded, boolean simulated) {
        this.latch = latch;
        // A mock of a test has no name.
        this.election = String.valueOf(latch.getElection());
        this.embedded = embedded;
        this.simulated = simulated;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Role role : Role.values()) {
            gauge("masterlatch.role", (mastership, now) -> truth(mastership.role(now) == role))
                    .description("1 for the role that this instance has now, 0 for the others")
                    .tag("role", role.name())
                    .register(registry);
        }
        gauge(
                        "masterlatch.epoch",
                        (mastership, now) ->
                                mastership.master(now).map(Master::epoch).orElse(0L))
                .description("The epoch of the present master; 0 when there is none or it is unknown")
                .register(registry);
        gauge("masterlatch.connected", (mastership, now) -> truth(mastership.connection() == Connection.CONNECTED))
                .description("1 while connected to ZooKeeper")
                .register(registry);
        gauge(
                        "masterlatch.problem",
                        (mastership, now) -> truth(mastership.problem(now).isPresent()))
                .description("1 while health is DOWN; there the problem is in words")
                .register(registry);
        gauge(
                        "masterlatch.warning",
                        (mastership, now) ->
                                truth(Warnings.of(latch, mastership).isPresent()))
                .description("1 while health has a warning; there it is in words")
                .register(registry);
        gauge("masterlatch.embedded", (mastership, now) -> truth(embedded))
                .description("1 when the election is held by an embedded ZooKeeper, which is for a trial only")
                .register(registry);
        gauge("masterlatch.simulated", (mastership, now) -> truth(simulated))
                .description("1 when masterlatch.mode answers in place of an election, which is for tests only")
                .register(registry);
        gauge("masterlatch.info", (mastership, now) -> 1)
                .description("1, with the version of MasterLatch")
                .tag(
                        "version",
                        Objects.requireNonNullElse(
                                MasterLatch.class.getPackage().getImplementationVersion(), "unknown"))
                .register(registry);
        seconds(
                        "masterlatch.lease",
                        (mastership, now) -> mastership.leaseLength().toNanos())
                .description("The lease in force: at most half the session timeout")
                .register(registry);
        seconds(
                        "masterlatch.lease.remaining",
                        (mastership, now) -> mastership.leaseRemaining(now).toNanos())
                .description("How long this instance stays master without a further renewal")
                .register(registry);
        seconds("masterlatch.session.timeout", (mastership, now) -> timeout(mastership.session()))
                .description("The session timeout that ZooKeeper has granted; 0 without a session")
                .register(registry);
        seconds("masterlatch.since.change", (mastership, now) -> System.nanoTime() - changed)
                .description("The time since this instance's role last changed")
                .register(registry);
        Counter changes = Counter.builder("masterlatch.role.changes")
                .tag(ELECTION, election)
                .description("How often this instance's role has changed")
                .register(registry);
        latch.addChangeListener(change -> roleChanged(change, changes));
    }

    private void roleChanged(MastershipChange change, Counter changes) {
        if (change.from() != change.to()) {
            changed = System.nanoTime();
            changes.increment();
        }
    }

    private Gauge.Builder<MasterLatch> gauge(String name, ToDoubleBiFunction<Mastership, ClockReading> reading) {
        return Gauge.builder(name, latch, asked -> reading.applyAsDouble(asked.mastership(), asked.now()))
                .tag(ELECTION, election);
    }

    private TimeGauge.Builder<MasterLatch> seconds(String name, ToDoubleBiFunction<Mastership, ClockReading> nanos) {
        return TimeGauge.builder(
                        name,
                        latch,
                        TimeUnit.NANOSECONDS,
                        asked -> nanos.applyAsDouble(asked.mastership(), asked.now()))
                .tag(ELECTION, election);
    }

    private static double truth(boolean value) {
        return value ? 1 : 0;
    }

    private static double timeout(@Nullable Session session) {
        return session == null ? 0 : session.timeout().toNanos();
    }
}
