package io.masterlatch.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.masterlatch.simulation.Simulation.Choice;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeded schedules of faults, each of which a seed repeats to the letter. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class SimulationTests {

    private static final long SCHEDULES = Long.getLong("simulation.schedules", 20_000);
    private static final long FIRST = Long.getLong("simulation.seed", 1);
    private static final long ENOUGH_FOR_A_MUTANT = 20_000;
    private static final long AT_ONCE = 4;
    private static final long ENOUGH_TO_COUNT = 2_000;

    @Test
    void noScheduleBreaksTheProtocol() {
        Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
        Optional<Long> broken = LongStream.range(FIRST, FIRST + SCHEDULES)
                .parallel()
                .filter(seed -> isBroken(seed, counts))
                .boxed()
                .findAny();
        broken.ifPresent(SimulationTests::print);
        counts.forEach((event, count) ->
                System.out.printf("%6.2f %% of the schedules: %s%n", 100.0 * count.sum() / SCHEDULES, event));
        if (SCHEDULES >= ENOUGH_TO_COUNT) {
            assertThat(counts)
                    .containsKeys(OCCURRENCES)
                    .allSatisfy((event, count) ->
                            assertThat(count.sum()).as(event).isGreaterThanOrEqualTo(SCHEDULES / 100));
        }
    }

    private static final String[] OCCURRENCES = {
        "SessionMoved",
        "a claim without a look failed",
        "a claim without a look won",
        "a hand-over",
        "a leader without a quorum was asked",
        "a new session on a lagging server",
        "a process froze",
        "a process froze with a request under way",
        "a process was copied",
        "a reply was lost",
        "a session expired",
        "a session timeout changed at a reconnect",
        "a stranger owned the node",
        "a write was done late",
        "a write was done twice",
        "no ZooKeeper client could be made",
        "the data was restored",
        "the data was wiped",
        "the lease was deleted by hand",
        "the lease was made unreadable by hand",
        "the lease was released by hand",
        "the loop stalled in a step",
        "the machine was suspended",
        "thrown in AFTER_SEND",
        "thrown in BEFORE_SEND",
        "thrown in CHANGED",
        "thrown in CLOCK",
        "thrown in OPEN",
        "thrown in PUBLISH",
        "thrown in TICK",
        "thrown in TIMER",
        "thrown in TOKENS"
    };

    private static boolean isBroken(long seed, Map<String, LongAdder> counts) {
        try {
            new Simulation(seed, Choice.ALL, false)
                    .run()
                    .forEach(event -> counts.computeIfAbsent(event, first -> new LongAdder())
                            .increment());
            return false;
        } catch (Violation violation) {
            return true;
        }
    }

    private static void print(long seed) {
        Simulation simulation = new Simulation(seed, Choice.ALL, true);
        try {
            simulation.run();
        } catch (Violation violation) {
            fail(
                    "Seed %d: %s%n%s%nAgain: -Dsimulation.seed=%d -Dsimulation.schedules=1",
                    seed, violation.getMessage(), simulation.story(), seed);
        }
        fail("Seed %d was broken once and is not any more", seed);
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenProtocolIsCaught(Mutant mutant) throws Exception {
        LongFunction<@Nullable String> trial = MutantLoader.trial(mutant);

        // The first such seed, whatever the number of processors.
        OptionalLong seed = LongStream.iterate(1, first -> first <= ENOUGH_FOR_A_MUTANT, first -> first + AT_ONCE)
                .mapToObj(first -> LongStream.range(first, first + AT_ONCE)
                        .parallel()
                        .filter(schedule -> trial.apply(schedule) != null)
                        .min())
                .flatMapToLong(OptionalLong::stream)
                .findFirst();

        assertThat(seed).isPresent();
        assertThat(new Trial(mutant.realm.name(), mutant.focus).apply(seed.getAsLong()))
                .as("the same schedule without the mutant")
                .isNull();
    }

    @Test
    void aSeedGivesTheSameStoryAgain() {
        for (long seed = 1; seed <= 20; seed++) {
            Simulation first = new Simulation(seed, Choice.ALL, true);
            Simulation second = new Simulation(seed, Choice.ALL, true);
            first.run();
            second.run();

            assertThat(second.story()).isEqualTo(first.story()).contains("MASTER");
        }
    }
}
