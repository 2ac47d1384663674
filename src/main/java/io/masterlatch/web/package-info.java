/** What the service answers over HTTP. */
@NullMarked
package io.masterlatch.web;

import org.jspecify.annotations.NullMarked;
