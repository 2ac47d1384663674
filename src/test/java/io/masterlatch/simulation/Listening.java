package io.masterlatch.simulation;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import io.masterlatch.latch.SimulatedLatch;
import io.masterlatch.simulation.LoopFaults.Place;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an instance publishes: judges that each change begins where the last one ended, that listeners hear in turn that
 * they are leader and that they are not, and that changes and snapshots agree.
 */
final class Listening {

    private final Instance instance;
    private final World world;
    private Role role = Role.UNKNOWN;
    private @Nullable Master master;
    private boolean leader;
    private @Nullable Outlet present;

    Listening(Instance instance) {
        this.instance = instance;
        this.world = instance.world;
    }

    /** Begins to listen to another loop. */
    SimulatedLatch.Outlet open() {
        Outlet opened = new Outlet();
        present = opened;
        return opened;
    }

    /** As the outlet of a latch does when the latch is closed. */
    void close() {
        if (leader) {
            changed(new MastershipChange(Role.MASTER, Role.UNKNOWN, master, null, "it was closed"));
        }
        die();
    }

    void die() {
        present = null;
        role = Role.UNKNOWN;
        master = null;
        leader = false;
    }

    private void changed(MastershipChange change) {
        world.story.add(() -> instance + " " + change.from() + " -> " + change.to() + ": " + change.cause());
        if (change.from() != role || !Objects.equals(change.previous(), master)) {
            throw world.referee.violation(instance + " changes from " + change.from() + " of " + change.previous()
                    + " though it was " + role + " of " + master);
        }
        if (change.from() == change.to() && Objects.equals(change.previous(), change.master())) {
            throw world.referee.violation(instance + " publishes a change that is none");
        }
        if (change.from() == Role.MASTER) {
            leads(false);
        }
        if (change.to() == Role.MASTER) {
            leads(true);
        }
        role = change.to();
        master = change.master();
        world.referee.changed();
    }

    private void leads(boolean now) {
        if (leader == now) {
            throw world.referee.violation(
                    "listeners of " + instance + " are called twice " + (now ? "isLeader" : "notLeader"));
        }
        leader = now;
    }

    private final class Outlet implements SimulatedLatch.Outlet {

        @Override
        public void close(Mastership closed, ReleaseOutcome outcome) {}

        private @Nullable Role publishedRole;
        private @Nullable Master publishedMaster;
        private int disturbances;

        @Override
        public void publish(Mastership mastership) {
            if (present != this) {
                return;
            }
            boolean undisturbed = disturbances == instance.faults.disturbances();
            if (publishedRole != null
                    && undisturbed
                    && (publishedRole != role || !Objects.equals(publishedMaster, master))) {
                throw world.referee.violation(instance + " has announced " + role + " of " + master + " and published "
                        + publishedRole + " of " + publishedMaster);
            }
            ClockReading now = instance.clock.reading();
            publishedRole = mastership.role(now);
            publishedMaster = mastership.master(now).orElse(null);
            if (!undisturbed) {
                // What was published may have been true at the beginning of the disturbance.
                publishedRole = null;
            }
            disturbances = instance.faults.disturbances();
            instance.publish(mastership);
            instance.faults.at(Place.PUBLISH);
        }

        @Override
        public void changed(MastershipChange change) {
            if (present != this) {
                return;
            }
            Listening.this.changed(change);
            instance.faults.at(Place.CHANGED);
        }

        @Override
        public void notice(String sentence) {
            world.story.add(() -> instance + " says: " + sentence);
            instance.faults.at(Place.NOTICE);
        }

        @Override
        public void failed(Throwable failure) {
            world.referee.failed(instance, failure);
            instance.faults.at(Place.FAILED);
        }

        @Override
        public void tick(Mastership latest, ClockReading now) {
            instance.faults.at(Place.TICK);
        }
    }
}
