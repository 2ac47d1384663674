/**
 * The election under fire, in virtual time: many instances, and a model of a ZooKeeper ensemble that is faithful where
 * the promise or the bounds could break. Everything follows from one seed.
 *
 * <p>Real are {@link io.masterlatch.election.Election} and the loop of {@link io.masterlatch.latch.MasterLatch} with
 * everything below them. Their clock, timer, outlet and {@link io.masterlatch.election.MasterStore} are the
 * simulation's. Since the loop leaves its own code only there, it can stall, freeze, be killed or see something
 * thrown at each of these places, in the middle of a step.
 *
 * <p>Modelled, after the sources of ZooKeeper 3.9 and Curator 5.9:
 *
 * <ul>
 *   <li>the port, request by request, with the errors as {@link io.masterlatch.curator.CuratorMasterStore} understands them; but it
 *       carries out a write at version -1, which that one refuses;
 *   <li>the client: order on each connection, one-shot watches, time-outs, a new handle when the session is over;
 *   <li>followers that serve reads from what they have, in order behind the writes of the same client;
 *   <li>proposals, acknowledgements and commits, logs of which a new leader keeps the longest, and a leader that has lost its quorum
 *       and does not know it;
 *   <li>the leader's session tracker, with time-outs that change at a reconnect and are as at the beginning for a new leader;
 *   <li>processes that freeze as a whole, threads that are held up, machines that are suspended, clocks that run 9 % fast or slow.
 * </ul>
 *
 * <p>Beyond what ZooKeeper does, writes are carried out late and twice. What the promise does not cover is in schedules
 * of its own: see {@link io.masterlatch.simulation.Realm}. Not modelled are access control, and listeners and log
 * behind the loop's outlet.
 *
 * <p>To see that all this would notice a mistake, {@link io.masterlatch.simulation.Mutant} changes the production
 * sources, compiles them in memory and runs the same schedules.
 */
@NullMarked
package io.masterlatch.simulation;

import org.jspecify.annotations.NullMarked;
