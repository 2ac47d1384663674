package io.masterlatch.latch;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The master's node in ZooKeeper, and one session to reach it by.
 *
 * <p>Opened, it connects and keeps connecting in the background. Requests do not block; each is answered exactly once, on any
 * thread, and is carried out on the very session it names or not at all: it is never repeated on a later one. Requests of the
 * election are made by one thread at a time; {@link #open} and {@link #close}, which may block, by another, and never while a request
 * could be made of the session that they end.
 */
public interface MasterNode {

    /**
     * Begins to connect. Returns at once, whether ZooKeeper can be reached or not.
     *
     * @param events told what happens, on any thread, until {@link #close}
     */
    void open(Events events);

    /**
     * Looks at the node.
     *
     * @param look the order; the answer comes from ZooKeeper's leader or from a server that has just caught up with it
     * @param reply takes the outcome
     */
    void look(Order.Look look, Consumer<Reply> reply);

    /**
     * Creates the node, ephemeral and with the address as its data. Creates missing parents too.
     *
     * @param claim the order
     * @param address the address to put into it
     * @param reply takes the outcome
     */
    void claim(Order.Claim claim, String address, Consumer<Reply> reply);

    /**
     * Puts an address back into the node, if its data still has the version that was seen.
     *
     * @param restore the order
     * @param address the address to put into it
     * @param reply takes the outcome
     */
    void restore(Order.Restore restore, String address, Consumer<Reply> reply);

    /**
     * Reads the line of succession. From then on it tells who stands at the front when the candidate of this session, or one before
     * it, leaves. Who stands far back in a long line is told when it may have come to the front, and nothing more of the node itself:
     * waking hundreds would hold up the first.
     *
     * @param survey the order
     * @param reply takes the outcome
     */
    void survey(Order.Survey survey, Consumer<Reply> reply);

    /**
     * Stands at the end of the line of succession, for as long as the session lives.
     *
     * @param join the order
     * @param address the address to put into the candidate's node
     * @param reply takes the outcome
     */
    void join(Order.Join join, String address, Consumer<Reply> reply);

    /**
     * Reads who stands in the line of succession.
     *
     * @return the line in its order; fails when ZooKeeper cannot be asked
     */
    CompletableFuture<List<Standing>> candidates();

    /**
     * Sends candidates back to the end of the line: their nodes are deleted, on which they join again.
     *
     * @param candidates who is to go back
     * @return done when whoever comes to the front by it has had the time to hear of that; fails when ZooKeeper cannot be asked or refuses
     */
    CompletableFuture<Void> sendBack(List<Candidate> candidates);

    /**
     * Ends the session, and so removes the node if this session holds it. There is no other way to give it up: a
     * deletion by path could hit a successor's node.
     */
    void close();

    /** What a node tells while it is open. */
    interface Events {

        /**
         * Connected, in a new session or again in the same one.
         *
         * @param session the session
         * @param attempt the {@link System#nanoTime()} at which the attempt to connect began
         */
        void connected(Session session, long attempt);

        /**
         * The connection is lost; the session may live on.
         *
         * @param why in words
         */
        void disconnected(String why);

        /**
         * No connection comes about, and this is why; told as often as it is found.
         *
         * @param why in words
         */
        void hindered(String why);

        /**
         * Others may do something in ZooKeeper by which the election could be disturbed; told once in a session.
         *
         * @param what in words
         */
        void exposed(String what);

        /**
         * The session is over.
         *
         * @param why in words
         */
        void sessionEnded(String why);

        /**
         * ZooKeeper does not accept us; the session cannot be used any more.
         *
         * @param why in words
         */
        void rejected(String why);

        /**
         * The node was created, deleted or written, or may have been.
         *
         * @param vacated whether it was deleted
         */
        void stirred(boolean vacated);

        /**
         * A candidate has left the line of succession.
         *
         * @param name the name of its node
         */
        void left(String name);
    }
}
