/** The port of an election on a Curator client, which may be shared. */
@NullMarked
package io.masterlatch.curator;

import org.jspecify.annotations.NullMarked;
