package io.masterlatch.actuate;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.Warnings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports whether the election works as this instance sees it. A healthy standby is up. Reads memory only.
 *
 * @param latch the latch of this instance
 * @param ensemble which ZooKeeper it uses; null when that is not known
 */
record MasterHealthIndicator(MasterLatch latch, @Nullable String ensemble) implements HealthIndicator {

    @Override
    public Health health() {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        Optional<String> problem = mastership.problem(now);
        Health.Builder health = problem.isPresent() ? Health.down() : Health.up();
        problem.ifPresent(why -> health.withDetail("problem", why));
        Warnings.of(latch, mastership).ifPresent(warning -> health.withDetail("warning", warning));
        health.withDetail("election", latch.getElection()).withDetail("role", mastership.role(now));
        mastership.master(now).ifPresent(master -> {
            MasterInfoContributor.describe(master, health::withDetail);
            health.withDetail("since", master.sinceText());
        });
        health.withDetail("self", mastership.self());
        if (ensemble != null) {
            health.withDetail("zookeeper", ensemble);
        }
        health.withDetail("connection", mastership.connection());
        Session session = mastership.session();
        if (session != null) {
            health.withDetail("session", Session.name(session.id()))
                    .withDetail("sessionTimeoutSeconds", seconds(session.timeout()));
        }
        return health.withDetail("leaseSeconds", seconds(mastership.leaseLength()))
                .withDetail("leaseRemainingSeconds", seconds(mastership.leaseRemaining(now)))
                .build();
    }

    /** A number with three digits after the point, which a script can compare as it is. */
    private static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3);
    }
}
