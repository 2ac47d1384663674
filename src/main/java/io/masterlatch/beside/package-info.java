/** The application beside the service: it is to be well for this instance to stand, and it is told of every change. */
@NullMarked
package io.masterlatch.beside;

import org.jspecify.annotations.NullMarked;
