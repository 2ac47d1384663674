package io.masterlatch.election;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The port through which an election reaches ZooKeeper. Opened and closed any number of times. No method blocks.
 */
public interface MasterStore {

    /**
     * Begins to connect. The consumer takes {@link Event.Connected}, {@link Event.Disconnected}, {@link Event.ConnectError},
     * {@link Event.StoreWarning}, {@link Event.NodeChanged}, {@link Event.GuardChanged} and {@link Event.CandidateLeft}, on any thread, until
     * {@link #close}.
     */
    void open(Consumer<Event> events);

    /**
     * Sends a request on the present connection, once: it is never repeated. The answer comes on any thread, normally exactly once; the
     * election gives up what is never answered.
     */
    void send(Request request, Consumer<Reply> reply);

    /**
     * Reads the candidate queue, the earliest first, from a server that has caught up with the leader; fails when ZooKeeper cannot be asked.
     */
    CompletableFuture<List<Candidate>> candidates();

    /** Ends the events. Candidate nodes of this instance that are left are deleted in the background as soon as there is a connection. */
    void close();
}
