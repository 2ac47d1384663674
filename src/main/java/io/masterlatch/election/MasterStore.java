package io.masterlatch.election;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The port through which an election reaches ZooKeeper. It can be opened again after a close. No method blocks. */
public interface MasterStore {

    /**
     * Begins to connect. The consumer takes {@link Event.Connected}, {@link Event.Disconnected},
     * {@link Event.ConnectError}, {@link Event.StoreWarning}, {@link Event.NodeChanged}, {@link Event.GuardChanged} and
     * {@link Event.CandidateLeft}, on any thread, until {@link #close}.
     */
    void open(Consumer<Event> events);

    /**
     * Sends a request on the present connection, once and without repetition. The reply comes on any thread, normally
     * exactly once. The election times out a request without a reply.
     */
    void send(Request request, Consumer<Reply> reply);

    /**
     * Reads the candidate queue, first position first, from a server that has caught up with the leader. Fails when
     * ZooKeeper cannot be reached.
     */
    CompletableFuture<List<Candidate>> candidates();

    /** Ends the events. Deletes remaining candidate nodes of this instance in the background, once connected. */
    void close();
}
