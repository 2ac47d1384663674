package io.masterlatch.latch;

import io.masterlatch.election.Master;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of the wish to hand the mastership over. */
public sealed interface HandOver {

    /**
     * Another is master now, and the one that was named if one was.
     *
     * @param master who
     */
    record Done(Master master) implements HandOver {}

    /**
     * The mastership was given up, and another became master than the one that was named.
     *
     * @param wanted the address that was named
     * @param master who is master now
     */
    record WonByAnother(String wanted, Master master) implements HandOver {}

    /**
     * This instance was not the master, or ceased to be while the hand-over was prepared, so that it had nothing to hand over.
     *
     * @param master who is; null when there is none or this instance cannot tell
     */
    record NotMaster(@Nullable Master master) implements HandOver {}

    /** Nobody else stands. This instance remains the master. */
    record NobodyElse() implements HandOver {}

    /**
     * The one that was named does not stand. This instance remains the master.
     *
     * @param wanted the address that was named
     * @param standing who else stands, in the order of succession
     */
    record UnknownCandidate(String wanted, List<String> standing) implements HandOver {}

    /** Another hand-over by this instance is under way. This one has given up nothing. */
    record UnderWay() implements HandOver {}

    /**
     * The mastership was given up, and no other was seen to take it in time.
     *
     * @param master who is master after all, such as this instance again because nobody before it in line claimed; null when there is
     *     none or this instance cannot tell
     */
    record TimedOut(@Nullable Master master) implements HandOver {}

    /**
     * ZooKeeper could not be asked. This instance has given up nothing.
     *
     * @param reason in words
     */
    record Failed(String reason) implements HandOver {}

    /** This instance was closed meanwhile, and with that gave up the mastership if it held it still. */
    record Closed() implements HandOver {}
}
