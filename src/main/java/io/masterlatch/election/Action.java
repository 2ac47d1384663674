package io.masterlatch.election;

/** What an election wants done next. */
public sealed interface Action {

    /**
     * Nothing until an event, or until a time.
     *
     * @param until {@link ClockReading#nanos()}
     */
    record Wait(long until) implements Action {}

    /**
     * Send a request.
     *
     * @param number to be returned with the reply
     * @param request the request; it counts as sent at the time that was passed to {@link Election#next}
     */
    record Send(long number, Request request) implements Action {}

    /**
     * A stop, withdrawal or hand-over has done its part.
     *
     * @param ticket the one of the event
     * @param outcome what became of the lease
     */
    record Finish(long ticket, ReleaseOutcome outcome) implements Action {}
}
