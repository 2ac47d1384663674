/** The election: its values and rules, without I/O, clock or thread. The caller passes the time. */
@NullMarked
package io.masterlatch.election;

import org.jspecify.annotations.NullMarked;
