/** Health, metrics, and the candidacy endpoint. */
@NullMarked
package io.masterlatch.actuate;

import org.jspecify.annotations.NullMarked;
