/** What the service tells those who watch over it: health and metrics. */
@NullMarked
package io.masterlatch.actuate;

import org.jspecify.annotations.NullMarked;
