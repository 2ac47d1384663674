package io.masterlatch.simulation;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Request;
import io.masterlatch.simulation.LoopFaults.Place;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The port of one loop, which may throw; it also notes what the loop gets to see, for the judges. */
final class FaultyStore implements MasterStore {

    private final Instance instance;
    private final MasterStore store;
    // The loop does nothing more once it is closed.
    private boolean closed;

    FaultyStore(Instance instance, Client client) {
        this.instance = instance;
        this.store = new SimulatedStore(instance, client);
    }

    @Override
    public void open(Consumer<Event> events) {
        instance.faults.at(Place.OPEN);
        store.open(events);
    }

    @Override
    public void send(Request request, Consumer<Reply> reply) {
        if (closed) {
            return;
        }
        long sent = instance.clock.now();
        instance.faults.at(Place.BEFORE_SEND);
        instance.world.story.add(() -> instance + " sends " + request);
        store.send(request, answer -> {
            if (closed) {
                return;
            }
            instance.world.story.add(() -> instance + " gets " + answer);
            if (request instanceof Request.Claim claim && claim.guard() != null) {
                instance.world.occurred(
                        "a claim without a look " + (answer instanceof Reply.Written ? "won" : "failed"));
            }
            Referee.Seen seen = instance.world.referee.sees(instance, sent, answer);
            long arrived = instance.clock.now();
            boolean stalled = instance.faults.isStalled();
            int disturbances = instance.faults.disturbances();
            reply.accept(answer);
            if (instance.faults.disturbances() != disturbances) {
                // Behind an event at which something is thrown an answer waits; thrown at the answer itself, it is
                // lost.
                seen.uncertain();
            } else if (!stalled && !isTaken(sent, arrived)) {
                seen.unused();
            }
        });
        instance.faults.sent();
        instance.faults.at(Place.AFTER_SEND);
    }

    /** Whether the loop used an answer: not one to a request that timed out, nor one of a server that is behind. */
    private boolean isTaken(long sent, long arrived) {
        Mastership present = instance.mastership();
        boolean wasStalled = present.lookSent() - instance.faults.wentOn() <= 0;
        return present.lookAnswered() - arrived >= 0 && (present.lookSent() == sent || wasStalled);
    }

    @Override
    public CompletableFuture<List<Candidate>> candidates() {
        return store.candidates();
    }

    @Override
    public void close() {
        closed = true;
        store.close();
    }
}
