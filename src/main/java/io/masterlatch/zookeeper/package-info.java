/** Everything that talks to ZooKeeper, or is one. */
@NullMarked
package io.masterlatch.zookeeper;

import org.jspecify.annotations.NullMarked;
