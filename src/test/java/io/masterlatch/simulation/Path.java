package io.masterlatch.simulation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The network from one process to another, in this direction. What is sent while it is cut arrives when it is not. */
final class Path {

    private final World world;
    private final Dice dice;
    private final Set<Wire> stuck = new LinkedHashSet<>();
    private int cuts;
    private long lag;

    Path(World world) {
        this.world = world;
        this.dice = world.dice;
    }

    boolean isCut() {
        return cuts > 0;
    }

    void cut() {
        cuts++;
    }

    void heal() {
        if (cuts > 0 && --cuts == 0) {
            List<Wire> waiting = List.copyOf(stuck);
            stuck.clear();
            waiting.forEach(wire -> world.timeline.in(latency(), wire::flush));
        }
    }

    /** Makes every message take up to this much longer. */
    void lag(long most) {
        lag = most;
    }

    long latency() {
        long usual = world.setting.latency();
        return dice.between(usual / 2, usual * 3 / 2) + dice.between(0, lag);
    }

    void holds(Wire wire) {
        stuck.add(wire);
    }
}
