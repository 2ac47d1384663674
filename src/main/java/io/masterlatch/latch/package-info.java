/** The latch: the bean that applications hold, and the port through which it reaches ZooKeeper. */
@NullMarked
package io.masterlatch.latch;

import org.jspecify.annotations.NullMarked;
