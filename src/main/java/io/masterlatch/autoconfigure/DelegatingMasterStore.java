package io.masterlatch.autoconfigure;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Request;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A store that delegates to another one. A subclass adds to one of the methods. */
public abstract class DelegatingMasterStore implements MasterStore {

    private final MasterStore store;

    /**
     * Creates a store.
     *
     * @param store the store that does the work
     */
    protected DelegatingMasterStore(MasterStore store) {
        this.store = store;
    }

    @Override
    public void open(Consumer<Event> events) {
        store.open(events);
    }

    @Override
    public void send(Request request, Consumer<Reply> reply) {
        store.send(request, reply);
    }

    @Override
    public CompletableFuture<List<Candidate>> candidates() {
        return store.candidates();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return store.toString();
    }
}
