package io.masterlatch.web;

/** A client that waits for a change. It gets no details and looks again by itself. */
interface Subscriber {

    /** Sends what is new to the client, as far as that is possible without waiting. */
    void look();

    /** Ends the wait of a client that cannot be reached any more, by what the table shows at this time in nanoseconds. */
    default void check(TcpTable table, long now) {}

    /** Ends the wait, since this instance is stopping. */
    void end();
}
