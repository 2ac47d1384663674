/** What the service adds to its features: defaults for Spring Boot's settings, and output that never blocks. */
@NullMarked
package io.masterlatch.service;

import org.jspecify.annotations.NullMarked;
