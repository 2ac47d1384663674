package io.masterlatch.simulation;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What goes wrong inside one instance, at the places where the loop leaves its own code. */
final class LoopFaults {

    /** Where the loop leaves its own code. */
    enum Place {
        PUBLISH,
        CHANGED,
        NOTICE,
        FAILED,
        TICK,
        BEFORE_SEND,
        AFTER_SEND,
        TIMER,
        CLOCK,
        TOKENS,
        OPEN
    }

    private static final Set<Place> STALLS =
            EnumSet.of(Place.PUBLISH, Place.CHANGED, Place.BEFORE_SEND, Place.AFTER_SEND, Place.CLOCK);

    private final Instance instance;
    private final World world;
    private final Map<Place, Integer> failures = new EnumMap<>(Place.class);
    private @Nullable Place stallPlace;
    private long stall;
    private long wentOn;
    private boolean stalled;
    private boolean error;
    private int disturbances;
    private int freezesOnRequest;
    private long freeze;

    LoopFaults(Instance instance) {
        this.instance = instance;
        this.world = instance.world;
        this.wentOn = instance.clock.now();
    }

    /** Has something thrown at a place, so many times. */
    void fail(Place place, int times, boolean withError) {
        failures.put(place, times);
        error = withError;
    }

    /** Stalls the loop for a time in the middle of a step, when it comes to that place next. */
    void stall(Place place, long time) {
        stallPlace = place;
        stall = time;
    }

    static Place stallPlace(Dice dice) {
        return dice.oneOf(STALLS.stream().toList());
    }

    /** Has the whole process freeze when it has sent one of its next requests. */
    void freezeOnRequest(int number, long time) {
        freezesOnRequest = number;
        freeze = time;
    }

    /** Ends all that has not happened yet. */
    void over() {
        failures.clear();
        stallPlace = null;
        freezesOnRequest = 0;
    }

    /** How often something has happened here. */
    int disturbances() {
        return disturbances;
    }

    /** When the loop last went on after it had stalled. */
    long wentOn() {
        return wentOn;
    }

    boolean isStalled() {
        return stalled;
    }

    void sent() {
        if (freezesOnRequest > 0 && --freezesOnRequest == 0) {
            world.lasts(freeze);
            instance.freeze(freeze);
            world.occurred("a process froze with a request under way");
        }
    }

    void at(Place place) {
        if (place == stallPlace && !world.isStalling()) {
            stallPlace = null;
            disturbances++;
            world.occurred("the loop stalled in a step");
            world.story.add(() -> instance + " stalls at " + place);
            int life = instance.life();
            world.lasts(stall);
            stalled = true;
            world.stall(instance, stall);
            stalled = false;
            wentOn = instance.clock.now();
            world.story.add(() -> instance + " goes on at " + place);
            if (life != instance.life()) {
                throw new Killed();
            }
        }
        if (!failures.isEmpty() && failures.containsKey(place)) {
            failures.computeIfPresent(place, (same, times) -> times == 1 ? null : times - 1);
            disturbances++;
            world.occurred("thrown in " + place);
            world.story.add(() -> instance + " throws at " + place);
            if (error) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            throw new IllegalStateException("so it goes");
        }
    }

    /** Ends what a process was doing when it was killed. */
    static final class Killed extends RuntimeException {

        private static final long serialVersionUID = 1;
    }
}
