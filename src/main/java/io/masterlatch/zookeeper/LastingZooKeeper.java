package io.masterlatch.zookeeper;

import java.io.IOException;
import java.time.Duration;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Curator from giving a session up by its own clock, one timeout after the connection was lost. Whether a session is over
 * ZooKeeper alone can tell: when the servers themselves were gone, sessions have a full timeout from their return, and a master that
 * came back in a new one would have to wait for its own ghost.
 */
@SuppressWarnings("try") // that close() may be interrupted is ZooKeeper's
final class LastingZooKeeper extends ZooKeeper {

    // Not for ever: a client that has broken down in silence is replaced in the end.
    private static final int CURATORS_PATIENCE =
            Math.toIntExact(Duration.ofHours(1).toMillis());

    LastingZooKeeper(
            String connectString,
            int timeout,
            Watcher watcher,
            boolean readOnly,
            TimedHosts hosts,
            @Nullable ZKClientConfig config)
            throws IOException {
        super(connectString, timeout, watcher, readOnly, hosts, config);
    }

    /** Tells Curator, which takes it for the session's, how long to wait for a connection. */
    @Override
    public int getSessionTimeout() {
        return Math.max(negotiatedTimeout(), CURATORS_PATIENCE);
    }

    /** Returns the session's timeout in milliseconds, zero before the first connection. */
    int negotiatedTimeout() {
        return super.getSessionTimeout();
    }
}
