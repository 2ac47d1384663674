package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.HistoryReport;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Random faults for as many seconds as the system property {@code soak.seconds} says; without it, none. The system
 * property {@code soak.seed} repeats the faults of an earlier run, though not what became of them.
 */
@EnabledIfSystemProperty(named = "soak.seconds", matches = "[1-9]\\d*")
class SoakIT {

    @Test
    @Timeout(value = 2, unit = TimeUnit.DAYS)
    void underRandomFaultsThereAreNeverTwoMastersAndAfterThemThereIsOne() {
        Duration time = Duration.ofSeconds(Long.getLong("soak.seconds"));
        long seed = Long.getLong("soak.seed", ThreadLocalRandom.current().nextLong(1, 1_000_000_000));
        System.out.printf("SoakIT: %d s of faults, -Dsoak.seed=%d%n", time.toSeconds(), seed);
        try (Soak soak = new Soak(seed)) {
            HistoryReport report = soak.run(time);

            System.out.println(soak.summary(report));
            assertThat(report.violations()).isEmpty();
            assertThat(report.epochsRise()).isTrue();
            soak.assertCalmLogs();
        }
    }
}
