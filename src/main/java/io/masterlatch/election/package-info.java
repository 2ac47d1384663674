/**
 * What an election is: its values and its rules, without I/O, clock or thread. Time is a number that the caller passes in.
 */
@NullMarked
package io.masterlatch.election;

import org.jspecify.annotations.NullMarked;
