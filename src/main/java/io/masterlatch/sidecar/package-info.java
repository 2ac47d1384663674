/** The application beside the service: its health decides on the candidacy, and it is notified of every change. */
@NullMarked
package io.masterlatch.sidecar;

import org.jspecify.annotations.NullMarked;
