/**
 * The application that an instance is a sidecar of: its health decides on the candidacy, and it is notified of every
 * change.
 */
@NullMarked
package io.masterlatch.sidecar;

import org.jspecify.annotations.NullMarked;
