package io.masterlatch.election;

/** What the election wants done next. */
public sealed interface Order {

    /**
     * Nothing, until something happens.
     *
     * @param until the {@link System#nanoTime()} at which to ask again at the latest
     */
    record Idle(long until) implements Order {}

    /** Give up the session and begin anew with another: this one cannot be used any more. */
    record Reopen() implements Order {}

    /** A request to ZooKeeper, of which there is one at a time. */
    sealed interface Request extends Order {

        /** {@return the number of the request, by which its reply is recognised} */
        long number();

        /** {@return the session on which it must be made, and no other} */
        Session session();

        /** {@return the {@link System#nanoTime()} before it was sent} */
        long sent();
    }

    /**
     * Look at the master's node.
     *
     * @param number the number of the request
     * @param session the session on which it must be made
     * @param sent when it is sent
     * @param proof whether the look must prove, by a write that a quorum has taken, that the session lives
     */
    record Look(long number, Session session, long sent, boolean proof) implements Request {}

    /**
     * Create the master's node.
     *
     * @param number the number of the request
     * @param session the session on which it must be made
     * @param sent when it is sent
     */
    record Claim(long number, Session session, long sent) implements Request {}

    /**
     * Put this instance's address back into its own node.
     *
     * @param number the number of the request
     * @param session the session on which it must be made
     * @param sent when it is sent
     * @param version the version of the data to replace
     * @param found what is wrong with that data, in words
     */
    record Restore(long number, Session session, long sent, int version, String found) implements Request {}

    /**
     * Read the line of succession, and watch those whose leaving matters to this instance.
     *
     * @param number the number of the request
     * @param session the session on which it must be made
     * @param sent when it is sent
     */
    record Survey(long number, Session session, long sent) implements Request {}

    /**
     * Stand at the end of the line of succession.
     *
     * @param number the number of the request
     * @param session the session on which it must be made
     * @param sent when it is sent
     */
    record Join(long number, Session session, long sent) implements Request {}
}
