package io.masterlatch.zookeeper;

import io.masterlatch.election.Master;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.CuratorEventType;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The master's node, reached through Curator.
 *
 * <p>Curator keeps the session and the watch. The requests go through ZooKeeper's own handle of the session they name, because
 * Curator would repeat them on a later session, where a claim or a proof means something else.
 */
public final class CuratorMasterNode implements MasterNode {

    private static final String AUTHENTICATION_FAILED = "ZooKeeper refuses this instance: authentication failed";

    private final CuratorFrameworkFactory.Builder clients;
    private final String path;
    private @Nullable Link link;

    /**
     * Makes a node; nothing is connected yet.
     *
     * @param clients makes the client, one for each opening: connect string, timeouts, authorization and ACL provider are used as
     *     set, while its ZooKeeper factory is replaced by one that notes the times of attempts to connect. No namespace: the path
     *     is the whole path
     * @param path the node's path, {@code /master} by custom
     * @throws IllegalArgumentException when the path is not a valid one, or a namespace is set
     */
    public CuratorMasterNode(CuratorFrameworkFactory.Builder clients, String path) {
        this.clients = Objects.requireNonNull(clients, "'clients' must not be null");
        this.path = Objects.requireNonNull(path, "'path' must not be null");
        PathUtils.validatePath(path);
        if (clients.getNamespace() != null && !clients.getNamespace().isEmpty()) {
            throw new IllegalArgumentException(
                    "'clients' must have no namespace, not '" + clients.getNamespace() + "'; put it into 'path'");
        }
    }

    @Override
    public synchronized void open(Events events) {
        if (link != null) {
            throw new IllegalStateException("The node " + path + " is open already");
        }
        link = new Link(events);
        link.start();
    }

    @Override
    public synchronized void close() {
        if (link != null) {
            link.close();
            link = null;
        }
    }

    @Override
    public void look(Order.Look look, Consumer<Reply> reply) {
        request(look, reply, link -> link.look(look, reply));
    }

    @Override
    public void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
        request(claim, reply, link -> link.claim(address, reply));
    }

    @Override
    public void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
        request(restore, reply, link -> link.restore(restore, address, reply));
    }

    private void request(Order.Request request, Consumer<Reply> reply, Consumer<Link> call) {
        Link current;
        synchronized (this) {
            current = link;
        }
        if (current == null
                || current.zooKeeper == null
                || current.zooKeeper.getSessionId() != request.session().id()) {
            reply.accept(new Failed(Kind.DISCONNECTED, "the session is over"));
        } else {
            call.accept(current);
        }
    }

    /** One client from its start to its end: one session, or several after one another if ZooKeeper lets them expire. */
    private final class Link implements ZookeeperFactory {

        private final Events events;
        private final CuratorFramework client;
        private final PersistentWatcher watcher;
        private volatile @Nullable ZooKeeper zooKeeper;
        private volatile @Nullable TimedHosts hosts;
        private @Nullable Known known;
        private boolean closed;

        Link(Events events) {
            this.events = events;
            this.client = clients.zookeeperFactory(this).build();
            this.watcher = new PersistentWatcher(client, path, false);
        }

        void start() {
            client.getConnectionStateListenable().addListener((changed, state) -> connection(state));
            client.getCuratorListenable().addListener((changed, event) -> watchForRejection(event));
            watcher.getListenable().addListener(event -> events.stirred());
            watcher.getResetListenable().addListener(events::stirred);
            client.start();
            watcher.start();
        }

        /** Curator may be replacing the handle of an expired session at this moment, and would leave the new one open. */
        void close() {
            synchronized (this) {
                closed = true;
            }
            client.close();
            ZooKeeper last = zooKeeper;
            if (last != null && last.getState().isAlive()) {
                try {
                    last.close();
                } catch (InterruptedException hurried) {
                    Thread.currentThread().interrupt();
                }
            }
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
            if (closed) {
                throw new IllegalStateException("The node " + path + " is closed");
            }
            TimedHosts timed = new TimedHosts(connectString);
            hosts = timed;
            zooKeeper = new ZooKeeper(connectString, timeout, watcher, readOnly, timed, config);
            return zooKeeper;
        }

        private void connection(ConnectionState state) {
            switch (state) {
                case CONNECTED, RECONNECTED -> {
                    ZooKeeper handle = zooKeeper;
                    TimedHosts timed = hosts;
                    // Zero while the next session is still being made, which will be told by an event of its own.
                    if (handle != null && timed != null && handle.getSessionId() != 0) {
                        events.connected(
                                new Session(handle.getSessionId(), Duration.ofMillis(handle.getSessionTimeout())),
                                timed.connectedAttempt());
                    }
                }
                case SUSPENDED, READ_ONLY -> events.disconnected("the connection to ZooKeeper was lost");
                case LOST -> events.sessionEnded("the ZooKeeper session ended");
            }
        }

        private void watchForRejection(CuratorEvent event) {
            if (event.getType() == CuratorEventType.WATCHED
                    && event.getWatchedEvent().getState() == KeeperState.AuthFailed) {
                events.rejected(AUTHENTICATION_FAILED);
            }
        }

        void look(Order.Look look, Consumer<Reply> reply) {
            ZooKeeper handle = Objects.requireNonNull(zooKeeper);
            int[] barrier = new int[1];
            if (look.proof()) {
                handle.multi(List.of(Op.check(path, -1)), (rc, p, ctx, results) -> barrier[0] = rc, null);
            } else {
                handle.sync(path, (rc, p, ctx) -> barrier[0] = rc, null);
            }
            // Sent right behind it on the same connection, so that the answer is at least as new as the barrier.
            handle.exists(
                    path,
                    false,
                    (rc, p, ctx, stat) -> {
                        boolean passed = barrier[0] == Code.OK.intValue();
                        // No node to check is an answer as well.
                        boolean answered = passed || barrier[0] == Code.NONODE.intValue();
                        if (!answered) {
                            reply.accept(failed(barrier[0], "read"));
                        } else if (rc == Code.NONODE.intValue()) {
                            reply.accept(new Reply.Seen(new Seat.Vacant(), passed));
                        } else if (rc != Code.OK.intValue()) {
                            reply.accept(failed(rc, "read"));
                        } else {
                            read(handle, stat, passed && look.proof(), reply);
                        }
                    },
                    null);
        }

        /** Reads the data, unless it is known or too long: with every look of every instance it could be a megabyte. */
        private void read(ZooKeeper handle, Stat stat, boolean proven, Consumer<Reply> reply) {
            Known last = known;
            if (stat.getEphemeralOwner() == 0) {
                // A server shows no client that a node is a container or lives for a time only.
                String reason = path + " is a persistent node, which no session holds, so that nobody can become master"
                        + " until somebody deletes it";
                reply.accept(new Reply.Seen(new Seat.Blocked(reason), false));
            } else if (last != null && last.change == stat.getMzxid()) {
                reply.accept(new Reply.Seen(held(stat, last.data), proven));
            } else if (stat.getDataLength() > MasterData.MAX_BYTES) {
                reply.accept(new Reply.Seen(held(stat, MasterData.tooLong(stat.getDataLength())), proven));
            } else {
                handle.getData(
                        path,
                        false,
                        (rc, p, ctx, data, now) -> {
                            if (rc == Code.OK.intValue() && now.getCzxid() == stat.getCzxid()) {
                                known = new Known(now.getMzxid(), MasterData.of(data));
                                reply.accept(new Reply.Seen(held(now, known.data), proven));
                            } else if (rc == Code.OK.intValue() || rc == Code.NONODE.intValue()) {
                                reply.accept(new Failed(Kind.OVERTAKEN, "the node changed while it was read"));
                            } else if (rc == Code.NOAUTH.intValue()) {
                                MasterData hidden = new MasterData(null, "its data may not be read by this instance");
                                reply.accept(new Reply.Seen(held(stat, hidden), proven));
                            } else {
                                reply.accept(failed(rc, "read"));
                            }
                        },
                        null);
            }
        }

        void claim(String address, Consumer<Reply> reply) {
            ZooKeeper handle = Objects.requireNonNull(zooKeeper);
            create(handle, address, reply, () -> createParents(handle, address, reply));
        }

        private void create(ZooKeeper handle, String address, Consumer<Reply> reply, Runnable ifParentsAreMissing) {
            handle.create(
                    path,
                    address.getBytes(StandardCharsets.UTF_8),
                    clients.getAclProvider().getAclForPath(path),
                    CreateMode.EPHEMERAL,
                    (rc, p, ctx, name, stat) -> {
                        if (rc == Code.OK.intValue()) {
                            reply.accept(new Reply.Claimed(held(stat, new MasterData(address, null))));
                        } else if (rc == Code.NODEEXISTS.intValue()) {
                            reply.accept(new Failed(Kind.OVERTAKEN, "another was faster"));
                        } else if (rc == Code.NONODE.intValue()) {
                            ifParentsAreMissing.run();
                        } else {
                            reply.accept(failed(rc, "create"));
                        }
                    },
                    null);
        }

        private void createParents(ZooKeeper handle, String address, Consumer<Reply> reply) {
            int[] refusal = new int[1];
            for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                String parent = path.substring(0, slash);
                handle.create(
                        parent,
                        new byte[0],
                        clients.getAclProvider().getAclForPath(parent),
                        CreateMode.PERSISTENT,
                        (rc, p, ctx, name) -> refusal[0] = isRefusal(rc) ? rc : refusal[0],
                        null);
            }
            // Sent right behind them, and it decides: who may not create a parent that exists may create the node in
            // it.
            create(
                    handle,
                    address,
                    reply,
                    () -> reply.accept(refusal[0] == 0 ? beyondReach() : failed(refusal[0], "create the parents of")));
        }

        private static boolean isRefusal(int rc) {
            return rc != Code.OK.intValue() && rc != Code.NODEEXISTS.intValue() && rc != Code.NONODE.intValue();
        }

        /** Made, and still missing. */
        private Failed beyondReach() {
            return new Failed(
                    Kind.REFUSED,
                    "the parents of " + path + " cannot be created: does the connect string's chroot exist?");
        }

        void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
            ZooKeeper handle = Objects.requireNonNull(zooKeeper);
            handle.setData(
                    path,
                    address.getBytes(StandardCharsets.UTF_8),
                    restore.version(),
                    (rc, p, ctx, stat) -> {
                        if (rc == Code.OK.intValue()) {
                            reply.accept(new Reply.Done());
                        } else if (rc == Code.BADVERSION.intValue() || rc == Code.NONODE.intValue()) {
                            reply.accept(new Failed(Kind.OVERTAKEN, "the node has changed again"));
                        } else {
                            reply.accept(failed(rc, "write"));
                        }
                    },
                    null);
        }

        private Seat.Held held(Stat stat, MasterData data) {
            Master master = new Master(
                    data.address(), stat.getCzxid(), Instant.ofEpochMilli(stat.getCtime()), stat.getEphemeralOwner());
            return new Seat.Held(master, stat.getVersion(), data.oddity());
        }

        private Failed failed(int rc, String what) {
            Code code = Code.get(rc);
            return switch (code) {
                case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT, REQUESTTIMEOUT ->
                    new Failed(Kind.DISCONNECTED, "the connection to ZooKeeper was lost");
                case NOAUTH -> new Failed(Kind.REFUSED, "no permission in ZooKeeper to " + what + " " + path);
                case INVALIDACL ->
                    new Failed(
                            Kind.REFUSED, "ZooKeeper refuses the ACL of " + path + ": is this instance authenticated?");
                case NOCHILDRENFOREPHEMERALS ->
                    new Failed(
                            Kind.REFUSED,
                            "the parent of " + path + " is an ephemeral node, which can have no children");
                case AUTHFAILED -> {
                    // Again, for the event above may have come before that of the connection, which it then has undone.
                    events.rejected(AUTHENTICATION_FAILED);
                    yield new Failed(Kind.REFUSED, AUTHENTICATION_FAILED);
                }
                default ->
                    new Failed(Kind.REFUSED, "ZooKeeper answered " + code + " to the wish to " + what + " " + path);
            };
        }
    }

    private record Known(long change, MasterData data) {}
}
