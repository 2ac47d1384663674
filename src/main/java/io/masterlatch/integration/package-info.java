/** Leadership as events of Spring Integration. */
@NullMarked
package io.masterlatch.integration;

import org.jspecify.annotations.NullMarked;
