/** Work that only the master does, for Spring code in the same process. */
@NullMarked
package io.masterlatch.guard;

import org.jspecify.annotations.NullMarked;
