/**
 * The election under fire, in virtual time: the service's own machine and lease, many instances, and a model of a ZooKeeper
 * ensemble that is faithful where the promise could break.
 *
 * <p>What is real: {@link io.masterlatch.election.Election} with everything below it, behind the port
 * {@link io.masterlatch.latch.MasterNode}. What is a model, after ZooKeeper 3.9's source:
 *
 * <ul>
 *   <li>the leader's session tracker, which rounds the end of a session up to a tick and hears of a follower's clients only by
 *       the follower's replies to its pings, by sessions made and by sessions taken up again, and not by requests;
 *   <li>proposals, acknowledgements and commits, with logs of which a new leader keeps the longest, and a full timeout for every
 *       session when it begins;
 *   <li>followers that serve reads from what they have, until they notice that they are cut off;
 *   <li>the client: attempts to connect, read timeout at 2T/3, pings at T/3, order on each connection, what is under way when a
 *       connection breaks, a session closed, left behind or found expired;
 *   <li>processes that freeze as a whole: what comes meanwhile waits, and after the thaw each thread goes on a little earlier or
 *       later than the others; clocks run on, up to 2.5 % too fast or too slow.
 * </ul>
 *
 * <p>Everything follows from one seed.
 */
@NullMarked
package io.masterlatch.simulation;

import org.jspecify.annotations.NullMarked;
