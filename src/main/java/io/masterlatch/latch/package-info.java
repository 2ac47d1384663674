/** The latch: the API for applications, and the loop that steps the election. */
@NullMarked
package io.masterlatch.latch;

import org.jspecify.annotations.NullMarked;
