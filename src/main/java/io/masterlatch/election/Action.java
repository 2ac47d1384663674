package io.masterlatch.election;

/** The next action of an election. */
public sealed interface Action {

    /**
     * Wait for an event, or until a time.
     *
     * @param until the time, in {@link ClockReading#nanos()}
     */
    record Wait(long until) implements Action {}

    /**
     * Send a request to ZooKeeper.
     *
     * @param number the number to return with the reply
     * @param request the request; it counts as sent at the time that was passed to {@link Election#next}
     */
    record Send(long number, Request request) implements Action {}

    /**
     * Complete a stop, withdrawal or hand-over.
     *
     * @param ticket the ticket of its event
     * @param outcome what happened to the lease
     */
    record Finish(long ticket, ReleaseOutcome outcome) implements Action {}
}
