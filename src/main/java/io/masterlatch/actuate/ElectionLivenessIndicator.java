package io.masterlatch.actuate;

import io.masterlatch.latch.MasterLatch;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Reports, for the liveness probe, whether only a new process can help. It is never down because ZooKeeper is. */
record ElectionLivenessIndicator(MasterLatch latch) implements HealthIndicator {

    @Override
    public Health health() {
        return latch.stuck()
                .map(why -> Health.down().withDetail("problem", why).build())
                .orElseGet(() -> Health.up().build());
    }
}
