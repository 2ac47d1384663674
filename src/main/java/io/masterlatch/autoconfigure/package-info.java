/** Auto-configuration of the latch, its client and its lifecycle, and the rules for settings. */
@NullMarked
package io.masterlatch.autoconfigure;

import org.jspecify.annotations.NullMarked;
