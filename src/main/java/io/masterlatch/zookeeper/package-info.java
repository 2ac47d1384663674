/** The embedded ZooKeeper, and TLS to a real one. */
@NullMarked
package io.masterlatch.zookeeper;

import org.jspecify.annotations.NullMarked;
