/** The protocol and the latch on servers of every supported release of ZooKeeper, each with its own jars. */
package io.masterlatch.servers;
