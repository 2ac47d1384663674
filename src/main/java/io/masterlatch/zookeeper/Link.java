package io.masterlatch.zookeeper;

import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterNode.Events;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.CuratorEventType;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Curator client from its start to its end: one session, or several in turn if ZooKeeper lets them expire. */
final class Link implements ZookeeperFactory {

    private static final Logger log = LoggerFactory.getLogger(CuratorMasterNode.class);

    private static final long ANSWERED = Duration.ofSeconds(1).toNanos();

    private final CuratorFrameworkFactory.Builder clients;
    private final String path;
    private final Events events;
    private final CuratorFramework client;
    private final SessionKeeper keeper;
    private final @Nullable TlsDiagnosis diagnosis;
    private volatile @Nullable Handle handle;
    private boolean closing;

    Link(
            CuratorFrameworkFactory.Builder clients,
            String path,
            SessionKeeper keeper,
            Transport transport,
            Events events) {
        this.clients = clients;
        this.path = path;
        this.keeper = keeper;
        this.events = events;
        this.diagnosis = transport.bundle() == null
                ? null
                : new TlsDiagnosis(clients.getEnsembleProvider().getConnectionString(), transport, events::hindered);
        this.client = clients.zookeeperFactory(this).build();
    }

    void start() {
        client.getConnectionStateListenable().addListener((changed, state) -> connection(state));
        client.getCuratorListenable().addListener((changed, event) -> watchForRejection(event));
        client.start();
        diagnose(true);
    }

    /** Closes the session and waits for it, unless there is no connection. */
    void close() {
        synchronized (this) {
            closing = true;
        }
        if (diagnosis != null) {
            diagnosis.close();
        }
        Handle current = handle;
        long session = current == null ? 0 : current.zooKeeper.getSessionId();
        boolean connected = session != 0 && current.zooKeeper.getState().isConnected();
        long asked = System.nanoTime();
        // Before Curator's own affairs, which take a millisecond for which a successor would wait.
        closeHandle();
        client.close();
        // Curator may have been replacing the handle of an expired session, and then leaves the new one open.
        closeHandle();
        // The client does not tell whether the server has answered. If in doubt the session counts as open.
        if (connected && System.nanoTime() - asked < ANSWERED) {
            tellKeeper(() -> keeper.closed(session));
        }
    }

    private void closeHandle() {
        Handle present = handle;
        if (present != null && present.zooKeeper.getState().isAlive()) {
            try {
                present.zooKeeper.close();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The requests of a session; null if that is not the present one. */
    @Nullable
    SessionRequests requestsOf(long session) {
        Handle current = handle;
        return current != null && current.zooKeeper.getSessionId() == session ? current.requests : null;
    }

    /** The requests of the present session; null before the first. */
    @Nullable
    SessionRequests presentRequests() {
        Handle current = handle;
        return current == null ? null : current.requests;
    }

    @Override
    public ZooKeeper newZooKeeper(String connectString, int timeout, Watcher watcher, boolean readOnly)
            throws Exception {
        return newZooKeeper(connectString, timeout, watcher, readOnly, null);
    }

    @Override
    public synchronized ZooKeeper newZooKeeper(
            String connectString, int timeout, Watcher watcher, boolean readOnly, @Nullable ZKClientConfig config)
            throws Exception {
        if (closing) {
            throw new IllegalStateException("The node " + path + " is closed");
        }
        TimedHosts hosts = new TimedHosts(connectString);
        LastingZooKeeper zooKeeper = new LastingZooKeeper(connectString, timeout, watcher, readOnly, hosts, config);
        MasterWatch watch = new MasterWatch(zooKeeper, path, events);
        LineRequests line =
                new LineRequests(zooKeeper, clients.getAclProvider(), path + LineRequests.SUFFIX, events, watch);
        handle = new Handle(
                zooKeeper, hosts, watch, new SessionRequests(zooKeeper, clients.getAclProvider(), path, line));
        return zooKeeper;
    }

    private void connection(ConnectionState state) {
        switch (state) {
            case CONNECTED, RECONNECTED -> {
                diagnose(false);
                Handle current = handle;
                // Zero while the next session is still being made, which will be told by an event of its own.
                if (current != null && current.zooKeeper.getSessionId() != 0) {
                    current.watch.connected();
                    Duration timeout = Duration.ofMillis(current.zooKeeper.negotiatedTimeout());
                    record(current.zooKeeper, timeout);
                    events.connected(
                            new Session(current.zooKeeper.getSessionId(), timeout), current.hosts.connectedAttempt());
                }
            }
            case SUSPENDED, READ_ONLY -> {
                diagnose(true);
                events.disconnected("the connection to ZooKeeper was lost");
            }
            case LOST -> events.sessionEnded("the ZooKeeper session ended");
        }
    }

    private void diagnose(boolean needed) {
        if (diagnosis != null && needed) {
            diagnosis.disconnected();
        } else if (diagnosis != null) {
            diagnosis.connected();
        }
    }

    /** Not after the closing has begun: by then a later link may have recorded a session. */
    private synchronized void record(ZooKeeper zooKeeper, Duration timeout) {
        if (!closing) {
            tellKeeper(() -> keeper.opened(zooKeeper.getSessionId(), zooKeeper.getSessionPasswd(), timeout));
        }
    }

    private static void tellKeeper(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException failed) {
            log.warn(
                    "The session could not be recorded; after a crash it will last until it expires: {}",
                    failed.getMessage());
        }
    }

    private void watchForRejection(CuratorEvent event) {
        if (event.getType() == CuratorEventType.WATCHED
                && event.getWatchedEvent().getState() == KeeperState.AuthFailed) {
            events.rejected("ZooKeeper refuses this instance: authentication failed");
        }
    }

    private record Handle(LastingZooKeeper zooKeeper, TimedHosts hosts, MasterWatch watch, SessionRequests requests) {}
}
