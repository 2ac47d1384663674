package io.masterlatch.election;

import java.util.List;

/** What came of a request. */
public sealed interface Reply {

    /**
     * The look succeeded.
     *
     * @param seat what it saw
     * @param proven whether a quorum took the write that came before the look
     */
    record Seen(Seat seat, boolean proven) implements Reply {}

    /**
     * The node is ours: we have created it.
     *
     * @param held the node
     */
    record Claimed(Seat.Held held) implements Reply {}

    /**
     * The survey succeeded.
     *
     * @param line who stands in the line of succession, in any order
     * @param watching whether changes of the master's node are told from now on, which they are not to those far back
     */
    record Surveyed(List<Candidate> line, boolean watching) implements Reply {

        /** Keeps a copy. */
        public Surveyed {
            line = List.copyOf(line);
        }
    }

    /** Done; nothing else to tell. */
    record Done() implements Reply {}

    /**
     * It failed, or nobody can tell whether it did.
     *
     * @param kind how
     * @param reason in words, for an operator
     */
    record Failed(Kind kind, String reason) implements Reply {

        /** How a request fails. */
        public enum Kind {
            /** The connection was lost; the request may have been carried out. */
            DISCONNECTED,
            /** The state had changed before the request came; looking again settles it. */
            OVERTAKEN,
            /** Refused, and the next try will most likely be too: no permission, say. */
            REFUSED,
            /** Refused, because those who hold this election keep it to themselves: there is no point in competing. */
            EXCLUDED
        }
    }
}
