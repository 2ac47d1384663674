package io.masterlatch.simulation;

import io.masterlatch.simulation.Simulation.Choice;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Runs the schedule of a seed and says what was violated, in a type that all class loaders share. */
final class Trial implements LongFunction<@Nullable String> {

    private final Choice choice;

    Trial(String realm, String focus) {
        this.choice = new Choice(Realm.valueOf(realm), focus);
    }

    @Override
    public @Nullable String apply(long seed) {
        try {
            new Simulation(seed, choice, false).run();
            return null;
        } catch (Violation violation) {
            return violation.getMessage();
        }
    }
}
