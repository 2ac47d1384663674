package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTests {

    @ParameterizedTest
    @CsvSource({"1,500", "2,1000", "3,2000", "6,16000", "7,30000", "8,30000", "2000000000,30000"})
    void doublesUpToItsLimit(int failures, long millis) {
        assertThat(backoff(() -> 0L).after(failures)).hasMillis(millis);
    }

    @ParameterizedTest
    @CsvSource({"1", "5", "100"})
    void isByChanceUpToHalfLess(int failures) {
        Duration most = backoff(() -> 0L).after(failures);
        Backoff random = backoff(RandomGenerator.getDefault());
        for (int i = 0; i < 1_000; i++) {
            assertThat(random.after(failures)).isBetween(most.dividedBy(2), most);
        }
        assertThat(backoff(() -> -1L).after(failures)).isCloseTo(most.dividedBy(2), Duration.ofMillis(1));
    }

    private static Backoff backoff(RandomGenerator chance) {
        return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), chance);
    }
}
