package io.masterlatch.actuate;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The election in figures: {@code masterlatch.role} (0 or 1 for each role), {@code .epoch}, {@code .lease},
 * {@code .lease.remaining}, {@code .session.timeout}, {@code .connected}, {@code .problem}, {@code .warning}, {@code .embedded},
 * {@code .role.changes} and {@code .since.change}. {@link MeteredMasterStore} measures renewals and claims.
 */
public class MasterMetrics implements MeterBinder {

    private final MasterLatch latch;
    private final boolean embedded;
    private volatile long changed = System.nanoTime();

    /**
     * Creates a binder.
     *
     * @param latch the latch to watch
     * @param embedded whether it uses the embedded ZooKeeper
     */
    public MasterMetrics(MasterLatch latch, boolean embedded) {
        this.latch = latch;
        this.embedded = embedded;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Role role : Role.values()) {
            Gauge.builder("masterlatch.role", this, at -> at.now((m, now) -> m.role(now) == role ? 1 : 0))
                    .description("1 for the role that this instance has now, 0 for the others")
                    .tag("role", role.name())
                    .register(registry);
        }
        Gauge.builder(
                        "masterlatch.epoch",
                        this,
                        at -> at.now(
                                (m, now) -> m.master(now).map(Master::epoch).orElse(0L)))
                .description("The epoch of the present master; 0 when there is none or this instance cannot tell")
                .register(registry);
        Gauge.builder(
                        "masterlatch.connected",
                        this,
                        at -> at.now((m, now) -> m.connection() == Connection.CONNECTED ? 1 : 0))
                .description("1 while connected to ZooKeeper")
                .register(registry);
        Gauge.builder(
                        "masterlatch.problem",
                        this,
                        at -> at.now((m, now) -> m.problem(now).isPresent() ? 1 : 0))
                .description("1 while health is DOWN; there is the reason in words")
                .register(registry);
        Gauge.builder(
                        "masterlatch.warning",
                        this,
                        at -> at.now((m, now) -> Warnings.of(at.latch, m).isPresent() ? 1 : 0))
                .description("1 while health has a warning; there it is in words")
                .register(registry);
        Gauge.builder("masterlatch.embedded", this, at -> at.embedded ? 1 : 0)
                .description("1 when the election is held by an embedded ZooKeeper, which is for a trial only")
                .register(registry);
        seconds(
                registry,
                "masterlatch.lease",
                "The lease in force: at most half the session timeout",
                at -> at.now((m, now) -> m.leaseLength().toNanos()));
        seconds(
                registry,
                "masterlatch.lease.remaining",
                "How long this instance stays master without a further renewal",
                at -> at.now((m, now) -> m.leaseRemaining(now).toNanos()));
        seconds(
                registry,
                "masterlatch.session.timeout",
                "The session timeout that ZooKeeper has granted; 0 without a session",
                at -> at.now((m, now) -> timeout(m.session())));
        seconds(
                registry,
                "masterlatch.since.change",
                "The time since this instance's role last changed",
                at -> System.nanoTime() - at.changed);
        Counter changes = Counter.builder("masterlatch.role.changes")
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

    private void seconds(
            MeterRegistry registry, String name, String description, ToDoubleFunction<MasterMetrics> nanoseconds) {
        TimeGauge.builder(name, this, TimeUnit.NANOSECONDS, nanoseconds)
                .description(description)
                .register(registry);
    }

    private static double timeout(@Nullable Session session) {
        return session == null ? 0 : session.timeout().toNanos();
    }

    private double now(Reading reading) {
        return reading.of(latch.mastership(), latch.now());
    }

    private interface Reading {

        double of(Mastership mastership, ClockReading now);
    }
}
