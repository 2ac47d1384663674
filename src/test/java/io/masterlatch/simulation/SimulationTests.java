package io.masterlatch.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeded schedules of faults, each of which a seed repeats to the letter. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SimulationTests {

    private static final long SCHEDULES = Long.getLong("simulation.schedules", 20_000);
    private static final long FIRST = Long.getLong("simulation.seed", 1);
    private static final long ENOUGH_FOR_A_MUTANT = 5_000;

    @Test
    void noScheduleBreaksTheProtocol() {
        seedThatBreaks(Mutant.NONE, FIRST, SCHEDULES).ifPresent(seed -> {
            Simulation simulation = new Simulation(seed, Mutant.NONE, true);
            try {
                simulation.run();
            } catch (Violation violation) {
                fail(
                        "Seed %d: %s%n%s%nAgain: -Dsimulation.seed=%d -Dsimulation.schedules=1",
                        seed, violation.getMessage(), simulation.story(), seed);
            }
            fail("Seed %d was broken once and is not any more", seed);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aProtocolThatIsBrokenIsCaught(Mutant mutant) {
        assertThat(seedThatBreaks(mutant, 1, ENOUGH_FOR_A_MUTANT)).isPresent();
    }

    @Test
    void aSeedTellsTheSameStoryAgain() {
        for (long seed = 1; seed <= 20; seed++) {
            Simulation first = new Simulation(seed, Mutant.NONE, true);
            Simulation second = new Simulation(seed, Mutant.NONE, true);
            first.run();
            second.run();

            assertThat(second.story()).isEqualTo(first.story()).contains("MASTER");
        }
    }

    private static OptionalLong seedThatBreaks(Mutant mutant, long first, long schedules) {
        return LongStream.range(first, first + schedules)
                .filter(seed -> isBroken(seed, mutant))
                .findFirst();
    }

    private static boolean isBroken(long seed, Mutant mutant) {
        try {
            new Simulation(seed, mutant, false).run();
            return false;
        } catch (Violation violation) {
            return true;
        }
    }
}
