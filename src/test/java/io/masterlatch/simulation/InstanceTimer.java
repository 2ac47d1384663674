package io.masterlatch.simulation;

import io.masterlatch.latch.SimulatedLatch;
import io.masterlatch.simulation.LoopFaults.Place;

/** The thread of one loop, as {@code ThreadTimer} has it: one task at a time, whatever a task throws. */
final class InstanceTimer implements SimulatedLatch.Timer {

    static final String THREAD = "masterlatch-election";

    private final Instance instance;
    private boolean closed;

    InstanceTimer(Instance instance) {
        this.instance = instance;
    }

    @Override
    public void every(long nanos, Runnable task) {
        later(nanos, () -> {
            task.run();
            every(nanos, task);
        });
    }

    @Override
    public void after(long nanos, Runnable task) {
        if (nanos > 0) {
            // Not at a call from outside, which gets to see what is thrown.
            instance.faults.at(Place.TIMER);
        }
        later(nanos, task);
    }

    private void later(long nanos, Runnable task) {
        instance.after(nanos + 1, THREAD, () -> {
            if (!closed) {
                task.run();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
