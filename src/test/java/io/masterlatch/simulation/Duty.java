package io.masterlatch.simulation;

/** What a server does for its clients while it leads or follows. */
interface Duty {

    /** Notes a sign of life; false when the session is known to be over. */
    boolean touch(long session, long timeout);

    /** Takes a request that concerns the leader. */
    void submit(Request request);

    /** Finds out whether the session of a connection still lives, and reports it to the server. */
    void revalidate(Connection connection);

    /** Ends with the server's part in the quorum, whichever side ended it. */
    void end();
}
