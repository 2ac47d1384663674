package io.masterlatch.curator;

import io.masterlatch.election.Event;
import io.masterlatch.election.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.CuratorEventType;
import org.apache.curator.framework.api.CuratorListener;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Follows a Curator client from an opening to a closing: which ZooKeeper handle it has, and whether that is connected. The handle is
 * asked for on a thread of its own, because Curator may make a new one for it, block, or throw an Error; while there is no connection,
 * it is asked for again every 2 s.
 */
final class ClientConnection {

    private static final long RETRY_MILLIS = Duration.ofSeconds(2).toMillis();

    private final CuratorFramework client;
    private final Paths paths;
    private final List<ACL> acl;
    private final Consumer<Event> events;
    private final ConnectionStateListener stateListener = (changed, state) -> changed(state);
    private final CuratorListener rejectionListener = (changed, event) -> watchForRejection(event);
    private final ScheduledThreadPoolExecutor thread;
    private volatile @Nullable Handle handle;
    // Guarded by 'this':
    private boolean connected;
    private int losses;
    private boolean closed;

    /** The requests of one ZooKeeper handle. */
    record Handle(ZooKeeper zooKeeper, LeaseRequests lease, QueueRequests queue) {}

    ClientConnection(CuratorFramework client, Paths paths, List<ACL> acl, Consumer<Event> events) {
        this.client = client;
        this.paths = paths;
        this.acl = acl;
        this.events = events;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "masterlatch-client");
            created.setDaemon(true);
            return created;
        });
        this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void open() {
        // First, since there may be no thread to be had.
        thread.scheduleWithFixedDelay(this::retry, 0, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        client.getConnectionStateListenable().addListener(stateListener);
        client.getCuratorListenable().addListener(rejectionListener);
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        client.getConnectionStateListenable().removeListener(stateListener);
        client.getCuratorListenable().removeListener(rejectionListener);
        thread.shutdown();
    }

    /** The requests of the present handle; null before the first connection. */
    @Nullable
    Handle handle() {
        return handle;
    }

    private void changed(ConnectionState state) {
        if (state.isConnected() && state != ConnectionState.READ_ONLY) {
            try {
                thread.execute(this::acquire);
            } catch (RejectedExecutionException ex) {
                // Closed meanwhile.
                return;
            }
        } else {
            lost("the connection to ZooKeeper was lost");
        }
    }

    private void lost(String why) {
        synchronized (this) {
            losses++;
            connected = false;
            tell(new Event.Disconnected(why));
        }
    }

    private void watchForRejection(CuratorEvent event) {
        if (event.getType() == CuratorEventType.WATCHED
                && event.getWatchedEvent().getState() == KeeperState.AuthFailed) {
            lost("ZooKeeper refuses this instance");
            tell(new Event.ConnectError("ZooKeeper refuses this instance: authentication failed", false));
        }
    }

    private void retry() {
        boolean before;
        synchronized (this) {
            before = connected;
        }
        boolean started = client.getState() == CuratorFrameworkState.STARTED;
        if (before && started && client.getZookeeperClient().isConnected()) {
            return;
        }
        if (before) {
            // Curator says nothing of its own end, nor of a session's when it gets no thread for the next.
            lost(started ? "the connection to ZooKeeper was lost" : "the Curator client was closed");
        }
        acquire();
    }

    private void acquire() {
        int before;
        synchronized (this) {
            if (closed) {
                return;
            }
            before = losses;
        }
        try {
            if (client.getState() != CuratorFrameworkState.STARTED) {
                tell(new Event.ConnectError("the Curator client is not started", false));
                return;
            }
            ZooKeeper zooKeeper = client.getZookeeperClient().getZooKeeper();
            if (zooKeeper.getState() == States.AUTH_FAILED) {
                // Curator replaces a handle whose session has expired, and never one that ZooKeeper has refused.
                client.getZookeeperClient().reset();
                return;
            }
            // The handle's own state is that of the last connection until it tries the next.
            if (client.getZookeeperClient().isConnected()
                    && zooKeeper.getState().isConnected()) {
                connected(zooKeeper, before);
            } else {
                tell(new Event.ConnectError("no answer from " + servers(), false));
            }
        } catch (KeeperException ex) {
            tell(new Event.ConnectError("no answer from " + servers(), false));
        } catch (Exception | Error ex) {
            // An Error is what a JVM throws that gets no more threads. It may get one later.
            tell(new Event.ConnectError("the ZooKeeper client cannot be made: " + ex, isFatal(ex)));
        }
    }

    private String servers() {
        return client.getZookeeperClient().getCurrentConnectionString();
    }

    private static boolean isFatal(Throwable ex) {
        String message = String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT);
        return ex instanceof Error || ex instanceof IOException && message.contains("too many open files");
    }

    private void connected(ZooKeeper zooKeeper, int before) {
        Session session = new Session(zooKeeper.getSessionId(), Duration.ofMillis(zooKeeper.getSessionTimeout()));
        synchronized (this) {
            if (closed || losses != before) {
                return;
            }
            connected = true;
            Handle present = handle;
            if (present == null || present.zooKeeper != zooKeeper) {
                Watcher nodes = watcher(new Event.NodeChanged());
                Watcher candidates = watcher(new Event.CandidateLeft());
                handle = new Handle(
                        zooKeeper,
                        new LeaseRequests(zooKeeper, paths, acl, nodes),
                        new QueueRequests(zooKeeper, paths, acl, candidates));
            }
            tell(new Event.Connected(session));
        }
        new AclCheck(zooKeeper, paths, acl).run(warning -> tell(new Event.AclWarning(warning)));
    }

    private Watcher watcher(Event event) {
        return watched -> {
            if (watched == null || watched.getType() != EventType.None) {
                tell(event);
            }
        };
    }

    private void tell(Event event) {
        boolean open;
        synchronized (this) {
            open = !closed;
        }
        if (open) {
            events.accept(event);
        }
    }
}
