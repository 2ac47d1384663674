package io.masterlatch.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.simulation.Request.Kind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes of a master whose node somebody deletes by hand, while nothing else goes wrong. */
class DeletionTests {

    private static final long T = Setting.T;

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 3", "3, 5", "4, 9", "5, 2", "6, 3"})
    void itNoticesAndIsMasterAgainInAnotherEpoch(long seed, int instances) {
        World world = begin(seed, instances);
        Instance master = onlyMaster(world);
        long epoch = master.master().epoch();

        new Stranger(world, Kind.DELETE, 0, true).come();
        world.timeline.runUntil(world.timeline.now() + T / 5);

        assertThat(onlyMaster(world)).as("the others wait for its lease").isSameAs(master);
        assertThat(master.master().epoch()).isGreaterThan(epoch);
    }

    @ParameterizedTest
    // Of seeds by which not only the master itself is at the front: then nobody could take over before its session
    // ends.
    @CsvSource({"1, 2", "2, 3", "3, 5", "6, 9", "5, 2", "6, 3"})
    void theOthersWaitForItsLeaseWhenItIsFrozen(long seed, int instances) {
        World world = begin(seed, instances);
        Instance master = onlyMaster(world);
        master.freeze(2 * T);

        new Stranger(world, Kind.DELETE, 0, true).come();
        world.timeline.runUntil(world.timeline.now() + T / 2);
        assertThat(List.of(master)).containsAll(masters(world));
        world.timeline.runUntil(world.timeline.now() + T / 2);

        assertThat(onlyMaster(world)).isNotSameAs(master);
    }

    private static World begin(long seed, int instances) {
        World world = new World(seed, Mutant.NONE, false);
        for (int number = 1; number <= instances; number++) {
            Instance instance = new Instance(world, number, true);
            world.instances.add(instance);
            world.timeline.in(number * T / 100, instance::start);
        }
        world.ensemble.start();
        world.timeline.runUntil(2 * T);
        return world;
    }

    private static Instance onlyMaster(World world) {
        List<Instance> masters = masters(world);
        assertThat(masters).hasSize(1);
        return masters.get(0);
    }

    private static List<Instance> masters(World world) {
        return world.instances.stream().filter(Instance::isMaster).toList();
    }
}
