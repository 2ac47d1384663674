package io.masterlatch.simulation;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An operating system's process: it freezes as a whole, or one thread of it is held up; it dies and starts again, and
 * has a clock that runs on meanwhile.
 */
abstract class Process {

    private static final int MUCH_FASTER = 50;

    final World world;
    final Clock clock;
    final String name;

    private final Map<Object, ArrayDeque<Runnable>> backlog = new LinkedHashMap<>();
    private final Map<Object, Integer> held = new HashMap<>();
    private int freezes;
    private int life;

    Process(World world, String name, Clock clock) {
        this.world = world;
        this.clock = clock;
        this.name = name;
    }

    /** Does a task on one of the process's threads, in order, and later if the process or the thread does not run. */
    final void run(Object thread, Runnable task) {
        if (isRunning(thread) && (backlog.isEmpty() || !backlog.containsKey(thread))) {
            task.run();
        } else {
            backlog.computeIfAbsent(thread, created -> new ArrayDeque<>()).add(task);
        }
    }

    private boolean isRunning(Object thread) {
        return freezes == 0 && (held.isEmpty() || !held.containsKey(thread));
    }

    /** Does a task when the process's own clock says so, unless the process has died meanwhile. */
    final void at(long reading, Object thread, Runnable task) {
        atTime(clock.when(reading), thread, () -> {
            if (clock.now() - reading < 0) {
                // The machine was suspended meanwhile.
                at(reading, thread, task);
            } else {
                task.run();
            }
        });
    }

    /** Does a task at a time, unless the process has died meanwhile. */
    final void atTime(long time, Object thread, Runnable task) {
        int present = life;
        world.timeline.at(time, () -> {
            if (life == present) {
                run(thread, task);
            }
        });
    }

    final void after(long delay, Object thread, Runnable task) {
        at(clock.now() + delay, thread, task);
    }

    final boolean isFrozen() {
        return freezes > 0;
    }

    /** Which of its lives this is. */
    final int life() {
        return life;
    }

    /** Whether something came for a thread that it had no time for yet. */
    final boolean isWaiting(Object thread) {
        return backlog.containsKey(thread);
    }

    /** Holds one thread up for a time. */
    final void hold(Object thread, long time) {
        int present = life;
        held.merge(thread, 1, Integer::sum);
        world.timeline.in(time, () -> {
            if (life == present) {
                held.computeIfPresent(thread, (same, times) -> times == 1 ? null : times - 1);
                goOn(thread, 0);
            }
        });
    }

    final void freeze() {
        freezes++;
    }

    /** Ends one freeze. Each thread goes on a little earlier or later than the others. */
    final void thaw() {
        if (freezes > 0 && --freezes == 0) {
            List.copyOf(backlog.keySet()).forEach(thread -> goOn(thread, world.schedulingDelay()));
        }
    }

    /** Ends all that the process did and would have done. */
    final void die() {
        life++;
        freezes = 0;
        backlog.clear();
        held.clear();
    }

    private void goOn(Object thread, long delay) {
        int present = life;
        world.timeline.in(delay, () -> {
            ArrayDeque<Runnable> waiting = backlog.get(thread);
            if (life != present || !isRunning(thread) || waiting == null) {
                return;
            }
            Runnable task = waiting.poll();
            if (task != null) {
                task.run();
            }
            if (life != present) {
                return;
            }
            if (waiting.isEmpty()) {
                backlog.remove(thread, waiting);
            } else {
                goOn(thread, world.schedulingDelay() / MUCH_FASTER);
            }
        });
    }

    @Override
    public final String toString() {
        return name;
    }
}
