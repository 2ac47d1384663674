package io.masterlatch.simulation;

import org.junit.jupiter.api.Test;

class SimulationTests {

    @Test
    void holds() {
        long n = Long.getLong("simulation.schedules", 2000);
        long t = System.nanoTime();
        long changes = 0;
        int bad = 0;
        for (long seed = 1; seed <= n; seed++) {
            try {
                changes += new Simulation(seed, Mutant.NONE, false).run();
            } catch (RuntimeException v) {
                System.out.println("seed " + seed + ": " + v);
                if (bad++ > 20) break;
            }
        }
        System.out.println("changes " + changes + ", s " + (System.nanoTime() - t) / 1e9);
    }
}
