package io.masterlatch.simulation;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
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
        instance.faults.at(Place.BEFORE_SEND);
        long sent = instance.clock.now();
        instance.world.story.tell(() -> instance + " sends " + request);
        boolean[] failed = {false};
        store.send(request, answer -> {
            if (closed) {
                return;
            }
            if (failed[0]) {
                // The loop takes the request for unanswered.
                reply.accept(answer);
                return;
            }
            instance.world.story.tell(() -> instance + " gets " + answer);
            instance.world.referee.sees(instance, sent, answer);
            reply.accept(answer);
        });
        instance.faults.sent();
        failed[0] = true;
        instance.faults.at(Place.AFTER_SEND);
        failed[0] = false;
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
