/** ZooKeeper, reached through Curator. */
@NullMarked
package io.masterlatch.zookeeper;

import org.jspecify.annotations.NullMarked;
