package io.masterlatch.election;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens to an election. */
public sealed interface Event {

    /** The latch starts. */
    record Start() implements Event {}

    /**
     * The latch stops: it releases the lease if it holds it, and leaves the queue.
     *
     * @param ticket returned by {@link Action.Finish} when that is done
     * @param why the cause, in words
     */
    record Stop(long ticket, String why) implements Event {}

    /**
     * The latch is to be a candidate from now on.
     *
     * @param why the cause, in words
     */
    record Join(String why) implements Event {}

    /**
     * The latch is to observe only from now on: it releases the lease if it holds it, and leaves the queue.
     *
     * @param ticket returned by {@link Action.Finish} when that is done
     * @param why the cause, in words
     */
    record Withdraw(long ticket, String why) implements Event {}

    /**
     * The latch is to release the lease and go to the end of the queue.
     *
     * @param ticket returned by {@link Action.Finish} when that is done
     * @param epoch the mastership to end; nothing happens to any other
     * @param why the cause, in words
     * @param successor the id of the candidate to release it for
     * @param timeout how long a successor is expected
     */
    record HandOver(long ticket, long epoch, String why, String successor, Duration timeout) implements Event {}

    /**
     * Connected, in a new session or again in the present one.
     *
     * @param session the session
     */
    record Connected(Session session) implements Event {}

    /** The connection is lost; the session may live on. */
    record Disconnected() implements Event {}

    /**
     * There is no connection, and this is why. Repeated while it lasts.
     *
     * @param why the cause, in words
     * @param fatal whether only a new process can be expected to help: the JVM cannot get a thread, memory or a
     * descriptor
     */
    record ConnectError(String why, boolean fatal) implements Event {}

    /**
     * The store works, and there is something to look into: for example access control lists that are not as
     * configured.
     *
     * @param about what the warning is about, so that a later one replaces it
     * @param what what it is, in words; null when all is as it should be
     */
    record StoreWarning(String about, @Nullable String what) implements Event {}

    /** The master's node or the lease may have changed. */
    record NodeChanged() implements Event {}

    /** The guard of the lease may have been written, as it is by a release for any candidate. */
    record GuardChanged() implements Event {}

    /** The candidate that this instance watches may have left the queue. */
    record CandidateLeft() implements Event {}

    /**
     * A request was answered.
     *
     * @param number the number of the request
     * @param reply the answer
     */
    record Replied(long number, Reply reply) implements Event {}
}
