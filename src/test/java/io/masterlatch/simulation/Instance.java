package io.masterlatch.simulation;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import io.masterlatch.latch.SimulatedLatch;
import io.masterlatch.simulation.LoopFaults.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An instance of the service: the real election and the real loop, in a process that can freeze and die. */
final class Instance extends Process {

    private static final long PATIENCE = 2 * Setting.SECOND;

    final Duration lease;
    final boolean startedAsCandidate;
    final LoopFaults faults = new LoopFaults(this);
    final Listening listening;
    private final Dice tokens;
    private final String address;
    private boolean candidate;
    private Client client;
    private @Nullable SimulatedLatch latch;
    private @Nullable String copiedId;
    private Mastership published;
    private @Nullable FaultyStore store;
    private @Nullable InstanceTimer timer;
    private boolean starting;
    private boolean closing;
    private int commands;
    private boolean startsAgain;

    Instance(World world, int number, boolean candidate, Duration lease) {
        super(world, "instance" + number, world.newClock());
        this.candidate = candidate;
        this.startedAsCandidate = candidate;
        this.lease = lease;
        this.address = name + ":80";
        this.tokens = world.dice.split();
        this.listening = new Listening(this);
        this.published = unstarted().snapshot(clock.reading());
        this.client = newClient();
    }

    private Client newClient() {
        Client created = new Client(this, world.setting.timeout());
        created.connect();
        return created;
    }

    /**
     * What {@code hasLeadership()} would answer at this instant. A frozen process answers when it has thawed, of that
     * instant.
     */
    boolean isMaster() {
        return role() == Role.MASTER && !clock.isSuspended();
    }

    Role role() {
        return published.role(clock.reading());
    }

    Optional<Master> named() {
        return published.master(clock.reading());
    }

    Mastership mastership() {
        return published;
    }

    boolean isCandidate() {
        return candidate;
    }

    boolean isStarted() {
        return latch != null && !closing;
    }

    boolean isConnected() {
        return client.isConnected() && published.connection() == Mastership.Connection.CONNECTED;
    }

    Client client() {
        return client;
    }

    /** Has the next start use the id of another latch, as if this process were a copy of that one. */
    void copyId(String id) {
        copiedId = id;
    }

    /** Starts taking part, after a start of the process or after a stop. */
    void start() {
        if (closing) {
            startsAgain = true;
        } else if (latch == null) {
            world.story.add(() -> this + " starts, lease " + lease.toMillis() + " ms");
            world.referee.begins(this);
            Election election = unstarted();
            store = new FaultyStore(this, client);
            timer = new InstanceTimer(this);
            starting = true;
            SimulatedLatch started = new SimulatedLatch(election, store, this::reading, timer, lease, listening.open());
            starting = false;
            latch = started;
            started.start();
        }
    }

    private Election unstarted() {
        return new Election(address, candidate, lease, new RandomGenerator() {

            @Override
            public long nextLong() {
                faults.at(Place.TOKENS);
                String copied = copiedId;
                copiedId = null;
                return copied != null ? Long.parseUnsignedLong(copied, 16) : tokens.any();
            }

            @Override
            public long nextLong(long bound) {
                return tokens.between(0, bound - 1);
            }
        });
    }

    private ClockReading reading() {
        ClockReading reading = clock.reading();
        if (!starting) {
            faults.at(Place.CLOCK);
        }
        return reading;
    }

    void publish(Mastership mastership) {
        published = mastership;
        world.referee.published(this);
    }

    /** Releases what it has and leaves; the process and its client live on. */
    void stop(boolean again) {
        SimulatedLatch stopped = latch;
        if (stopped == null || closing) {
            return;
        }
        world.story.add(() -> this + " stops");
        closing = true;
        startsAgain = again;
        watch(stopped.stop(), () -> closed(stopped));
        after(Math.max(lease.toNanos(), PATIENCE), this, () -> closed(stopped));
    }

    private void closed(SimulatedLatch stopped) {
        if (latch == stopped) {
            store.close();
            timer.close();
            latch = null;
            commands = 0;
            closing = false;
            published = unstarted().snapshot(clock.reading());
            listening.close();
            world.story.add(() -> this + " has stopped");
            if (startsAgain) {
                start();
            }
        }
    }

    /** Is a candidate from now on, or no more. */
    void candidate(boolean wanted) {
        candidate = wanted;
        SimulatedLatch present = latch;
        if (present != null && !closing) {
            world.story.add(() -> this + (wanted ? " joins" : " withdraws"));
            if (wanted) {
                present.join();
            } else {
                watch(present.withdraw(), () -> {});
            }
        }
    }

    /** Hands the mastership over if it has it. */
    void handOver(String successor) {
        SimulatedLatch present = latch;
        if (present != null && !closing && isMaster()) {
            world.occurred("a hand-over");
            world.story.add(() -> this + " hands over");
            watch(present.handOver(published, clock.reading(), successor), () -> {});
        }
    }

    /** Passes on the end of a command, which must have released the lease if nothing was in the way. */
    private void watch(CompletableFuture<ReleaseOutcome> outcome, Runnable then) {
        boolean first = isMaster() && commands == 0 && world.referee.isCalm();
        commands++;
        SimulatedLatch commanded = latch;
        outcome.thenAccept(result -> {
            if (commanded != latch) {
                return;
            }
            world.story.add(() -> this + ": " + result);
            commands--;
            if (first) {
                world.referee.released(this, result);
            }
            atTime(world.timeline.now() + 1, this, then);
        });
    }

    /** Dies on the spot. */
    void kill() {
        world.story.add(() -> this + " is killed");
        die();
        client.abandon();
        latch = null;
        closing = false;
        faults.over();
        published = unstarted().snapshot(clock.reading());
        listening.die();
        commands = 0;
        client = newClient();
    }

    void freeze(long time) {
        world.story.add(() -> this + " freezes");
        int present = life();
        freeze();
        world.timeline.in(time, () -> {
            if (life() == present) {
                world.story.add(() -> this + " thaws");
                thaw();
            }
        });
    }

    /** Is suspended with its machine. */
    void suspend(long time) {
        clock.suspend(time);
        freeze(time);
    }
}
