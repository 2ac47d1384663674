package io.masterlatch.autoconfigure;

/**
 * A ZooKeeper server for a trial on one machine, which holds the election when no ensemble is named.
 *
 * @param connectString where it listens
 */
public record EmbeddedServer(ConnectString connectString) {}
