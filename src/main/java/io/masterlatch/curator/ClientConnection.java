package io.masterlatch.curator;

import io.masterlatch.election.Event;
import io.masterlatch.election.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Follows a Curator client from an opening to a closing: which ZooKeeper handle it has, and whether that is connected.
 * The handle is asked for on a thread of its own, because Curator may make a new one for it, block, or throw an Error;
 * while there is no connection, it is asked for again and again.
 */
final class ClientConnection {

    static final Duration RETRY = Duration.ofSeconds(2);
    private static final int SILENT_TRIES = 3;

    private final CuratorFramework client;
    private final Paths paths;
    private final List<ACL> acl;
    private final @Nullable Duration sessionTimeout;
    // Watches stay in the client until they fire, and must not hold on to an election that is closed.
    private final AtomicReference<Consumer<Event>> events;
    private final Duration retry;
    private final ConnectionStateListener stateListener = (changed, state) -> changed(state);
    private final ScheduledThreadPoolExecutor thread;
    private final AtomicInteger losses = new AtomicInteger();
    private volatile @Nullable Handle handle;
    private volatile boolean connected;
    private volatile boolean closed;
    private final Diagnosis diagnosis;
    private int unanswered; // used by 'thread' alone
    private @Nullable String refusal; // used by 'thread' alone
    private @Nullable ZooKeeper entering; // used by 'thread' alone

    /** The requests of one ZooKeeper handle. */
    record Handle(ZooKeeper zooKeeper, LeaseRequests lease, QueueRequests queue) {}

    ClientConnection(
            CuratorFramework client,
            Paths paths,
            List<ACL> acl,
            @Nullable Duration sessionTimeout,
            Supplier<@Nullable String> tlsFailure,
            Consumer<Event> events,
            Duration retry) {
        this.client = client;
        this.paths = paths;
        this.acl = acl;
        this.sessionTimeout = sessionTimeout;
        this.diagnosis = new Diagnosis(tlsFailure);
        this.events = new AtomicReference<>(events);
        this.retry = retry;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "masterlatch-client");
            created.setDaemon(true);
            return created;
        });
        this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    void open() {
        // First, since there may be no thread.
        thread.scheduleWithFixedDelay(this::retry, 0, retry.toMillis(), TimeUnit.MILLISECONDS);
        client.getConnectionStateListenable().addListener(stateListener);
    }

    void close() {
        closed = true;
        events.set(event -> {});
        client.getConnectionStateListenable().removeListener(stateListener);
        thread.shutdown();
    }

    /** The requests of the present handle; null before the first connection. */
    @Nullable
    Handle handle() {
        return handle;
    }

    private void changed(ConnectionState state) {
        if (state.isConnected() && state != ConnectionState.READ_ONLY) {
            thread.execute(this::obtainHandle);
        } else {
            lost();
        }
    }

    private void lost() {
        losses.incrementAndGet();
        connected = false;
        emit(new Event.Disconnected());
    }

    private void retry() {
        boolean started = client.getState() == CuratorFrameworkState.STARTED;
        // Curator reports the end of a session late, or never, when another listener of the client does not return.
        boolean alive = connected && handle.zooKeeper.getState().isAlive();
        if (alive && started && client.getZookeeperClient().isConnected()) {
            return;
        }
        if (connected) {
            // Curator does not report its own end, nor that of a session when it gets no thread for the next one.
            lost();
        }
        obtainHandle();
    }

    private void obtainHandle() {
        if (closed) {
            return;
        }
        int before = losses.get();
        try {
            if (client.getState() != CuratorFrameworkState.STARTED) {
                emit(new Event.ConnectError("the Curator client is not started", false));
                return;
            }
            ZooKeeper zooKeeper = client.getZookeeperClient().getZooKeeper();
            if (zooKeeper.getState() == States.AUTH_FAILED) {
                lost();
                emit(new Event.ConnectError("ZooKeeper refuses this instance: authentication failed", false));
                // Curator replaces a handle whose session has expired, and never one that ZooKeeper has refused.
                client.getZookeeperClient().reset();
                return;
            }
            // Not read-only, without a quorum. ZooKeeper's own state stays CONNECTED after a loss until its client
            // calls the next server.
            boolean usable = client.getZookeeperClient().isConnected() && zooKeeper.getState() == States.CONNECTED;
            if (usable && zooKeeper.getSessionId() != 0) {
                enter(zooKeeper, before);
            } else {
                unanswered(isSecure(zooKeeper));
            }
        } catch (KeeperException ex) {
            unanswered(true);
        } catch (Exception | Error ex) {
            // A JVM throws an Error when it gets no more threads. It may get one later.
            emit(new Event.ConnectError("the ZooKeeper client cannot be made: " + ex, isFatal(ex)));
        }
    }

    private static boolean isSecure(ZooKeeper zooKeeper) {
        return zooKeeper.getClientConfig().getBoolean(ZKClientConfig.SECURE_CLIENT);
    }

    /**
     * Reports a missing connection after a few tries only, since connecting or a restart of a server takes a moment.
     */
    private void unanswered(boolean secure) {
        String servers = client.getZookeeperClient().getCurrentConnectionString();
        unanswered++;
        if (unanswered >= SILENT_TRIES - 1) {
            diagnosis.begin(servers, secure, () -> connected || closed);
        }
        String found = unanswered < SILENT_TRIES ? null : diagnosis.finding();
        if (refusal != null && (found == null || found.contains(ServerProbe.NOT_SERVED))) {
            // The probe asks without a session, and cannot see why this client is refused.
            emit(new Event.ConnectError(refusal, false));
        } else if (unanswered >= SILENT_TRIES) {
            emit(new Event.ConnectError(found != null ? found : "no answer from " + servers, false));
        }
    }

    /**
     * A session alone is not enough: the first answer shows whether this client is let in. In a new session that is a
     * transaction, which servers before 3.4 never answer.
     */
    private void enter(ZooKeeper zooKeeper, int before) {
        if (entering == zooKeeper) {
            // The request is still under way.
            unanswered(isSecure(zooKeeper));
            return;
        }
        entering = zooKeeper;
        AsyncZooKeeper requests = new AsyncZooKeeper(zooKeeper, acl);
        IntConsumer then = rc -> thread.execute(() -> entered(zooKeeper, before, Code.get(rc)));
        Handle present = handle;
        if (present != null && present.zooKeeper == zooKeeper) {
            requests.exists("/", null, (rc, stat) -> then.accept(rc));
        } else {
            requests.transact(List.of(Op.check("/", -1)), done -> then.accept(done.code()));
        }
    }

    private void entered(ZooKeeper zooKeeper, int before, Code code) {
        entering = entering == zooKeeper ? null : entering;
        if (code == Code.NONODE) {
            String servers = client.getZookeeperClient().getCurrentConnectionString();
            refused("the chroot " + servers.replaceFirst("[^/]*", "") + " of the connect string does not exist");
        } else if (code == Code.SESSIONCLOSEDREQUIRESASLAUTH) {
            refused("ZooKeeper demands authentication, and accepts no credentials of this client");
        } else if (code == Code.OK || code == Code.NOAUTH) {
            refusal = null;
            connected(zooKeeper, before);
        }
    }

    private void refused(String why) {
        refusal = why;
        unanswered = 0;
        emit(new Event.ConnectError(why, false));
    }

    private static boolean isFatal(Throwable ex) {
        String message = String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT);
        return ex instanceof Error || ex instanceof IOException && message.contains("too many open files");
    }

    private void connected(ZooKeeper zooKeeper, int before) {
        Session session =
                new Session(zooKeeper.getSessionId(), Duration.ofMillis(zooKeeper.getSessionTimeout()), sessionTimeout);
        Handle present = handle;
        if (present == null || present.zooKeeper != zooKeeper) {
            handle = new Handle(
                    zooKeeper,
                    new LeaseRequests(
                            zooKeeper,
                            paths,
                            acl,
                            watcher(events, new Event.NodeChanged()),
                            watcher(events, new Event.GuardChanged())),
                    new QueueRequests(
                            zooKeeper,
                            paths,
                            acl,
                            watcher(events, new Event.CandidateLeft()),
                            warning -> emit(new Event.StoreWarning("candidates", warning))));
        }
        unanswered = 0;
        diagnosis.forget();
        connected = true;
        emit(new Event.Connected(session));
        if (losses.get() != before) {
            // Lost meanwhile, on another thread, whose event may have come first.
            connected = false;
            emit(new Event.Disconnected());
            return;
        }
        new AclCheck(zooKeeper, paths, acl).run(warning -> emit(new Event.StoreWarning("access", warning)));
    }

    private static Watcher watcher(AtomicReference<Consumer<Event>> events, Event event) {
        return watched -> {
            if (watched == null || watched.getType() != EventType.None) {
                events.get().accept(event);
            }
        };
    }

    /** Called under no lock: a loop that is held up must not hold up the shared event thread of ZooKeeper. */
    private void emit(Event event) {
        events.get().accept(event);
    }
}
