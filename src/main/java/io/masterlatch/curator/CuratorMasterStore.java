package io.masterlatch.curator;

import io.masterlatch.curator.ClientConnection.Handle;
import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The port of an election on a Curator client, which others may use as well.
 *
 * <p>Curator gives the ZooKeeper handle, says when it is replaced and connected, and deletes what is left. Requests go
 * through the handle itself, because Curator would repeat them, in a later session too, where a claim means something
 * else.
 *
 * <p>Next to the node are the lease, with {@code -lease} added to the path, and the queue, with {@code -candidates}.
 */
public final class CuratorMasterStore implements MasterStore {

    private static final int ANY_VERSION = -1;

    private final CuratorFramework client;
    private final String path;
    private final Paths paths;
    private final List<ACL> acl;
    private final Supplier<@Nullable String> url;
    private final @Nullable Duration sessionTimeout;
    private final Supplier<@Nullable String> tlsFailure;
    /** The names of this instance's nodes in the queue, and requests to join that may have made one, with the ids. */
    private final Map<Object, String> joined = new ConcurrentHashMap<>();

    private volatile @Nullable ClientConnection connection;
    private volatile @Nullable String ownUrl;
    private volatile boolean urlAsked;
    private volatile boolean urlProblem;

    /**
     * Creates a store on a client of which no more is known, without a request to ZooKeeper. The other constructor
     * describes the arguments and their errors.
     */
    public CuratorMasterStore(CuratorFramework client, String path, @Nullable List<ACL> acl) {
        this(client, path, acl, () -> null, null, () -> null);
    }

    /**
     * Creates a store whose candidates also say where their service is reached, on a client whose session timeout and
     * TLS are known.
     *
     * @param client the client, started or not; it is never closed
     * @param path path of the master's node, {@code /master} by custom, within the client's namespace
     * @param acl the access control list of all nodes that are created; null for open to all
     * @param url supplies a {@linkplain Candidate#isUrl URL}, or null, at each connection, on a thread that may wait
     * @param sessionTimeout the session timeout that the client asks for; null when it is not known
     * @param tlsFailure says, on a thread that may wait, why TLS with the servers fails; null when it does not
     * @throws IllegalArgumentException when the path is not valid
     */
    public CuratorMasterStore(
            CuratorFramework client,
            String path,
            @Nullable List<ACL> acl,
            Supplier<@Nullable String> url,
            @Nullable Duration sessionTimeout,
            Supplier<@Nullable String> tlsFailure) {
        this.client = Objects.requireNonNull(client, "'client' must not be null");
        this.path = checked(Objects.requireNonNull(path, "'path' must not be null"));
        this.paths = new Paths(ZKPaths.fixForNamespace(client.getNamespace(), path));
        this.url = url;
        // Not List.copyOf(), since ZooKeeper calls contains(null).
        this.acl = acl == null ? Ids.OPEN_ACL_UNSAFE : Collections.unmodifiableList(new ArrayList<>(acl));
        this.sessionTimeout = sessionTimeout;
        this.tlsFailure = tlsFailure;
    }

    private static String checked(String path) {
        PathUtils.validatePath(path);
        if (path.equals("/") || path.endsWith(Paths.LEASE) || path.endsWith(Paths.QUEUE)) {
            throw new IllegalArgumentException(
                    "'path' must be the path of a node and not end with -lease or -candidates, not '" + path + "'");
        }
        return path;
    }

    @Override
    public synchronized void open(Consumer<Event> events) {
        if (connection != null) {
            throw new IllegalStateException("The store of " + path + " is open already");
        }
        urlAsked = false;
        Consumer<Event> taken = event -> take(event, events);
        ClientConnection opened =
                new ClientConnection(client, paths, acl, sessionTimeout, tlsFailure, taken, ClientConnection.RETRY);
        opened.open();
        connection = opened;
    }

    /**
     * Passes an event on. When connected, also asks for the URL, since this thread may wait: the URL may need the name
     * of a host. Before a later connection is known it is not asked for, since the lease runs.
     */
    private void take(Event event, Consumer<Event> events) {
        boolean connected = event instanceof Event.Connected;
        if (connected && !urlAsked) {
            urlAsked = true;
            askForUrl(events);
            connected = false;
        }
        events.accept(event);
        if (connected) {
            askForUrl(events);
        }
    }

    private void askForUrl(Consumer<Event> events) {
        String problem = null;
        try {
            ownUrl = url.get();
        } catch (RuntimeException | Error ex) {
            problem = "the URL of this instance is not known: " + ex;
        }
        if (problem != null || urlProblem) {
            urlProblem = problem != null;
            events.accept(new Event.StoreWarning("url", problem));
        }
    }

    @Override
    public void send(Request request, Consumer<Reply> reply) {
        Handle handle = handle();
        if (handle == null) {
            reply.accept(new Failed(Failed.Kind.UNANSWERED, "there is no connection to ZooKeeper"));
        } else if (request instanceof Request.Conditional conditional && conditional.version() == ANY_VERSION) {
            // No write of an election leaves that version behind, but one by another program may.
            reply.accept(new Failed(
                    Failed.Kind.REFUSED,
                    paths.lease()
                            + " has data version -1, at which ZooKeeper accepts the writes of all instances alike:"
                            + " write its data once more by hand"));
        } else {
            Object attempt = new Object();
            if (request instanceof Request.JoinQueue join) {
                joined.put(attempt, join.id());
            }
            send(handle, request, answer -> {
                if (!(answer instanceof Failed failed && failed.kind() == Failed.Kind.UNANSWERED)) {
                    joined.remove(attempt);
                    noteCandidates(request, answer);
                }
                reply.accept(answer);
            });
        }
    }

    private void noteCandidates(Request request, Reply reply) {
        if (request instanceof Request.JoinQueue join && reply instanceof Reply.Joined made) {
            joined.put(made.name(), join.id());
            gone(join.former());
        } else if (request instanceof Request.LeaveQueue leave && reply instanceof Reply.Done) {
            gone(leave.name());
        } else if (request instanceof Request.Release release && reply instanceof Reply.Written) {
            gone(release.candidate());
        }
    }

    private void gone(@Nullable String name) {
        if (name != null) {
            joined.remove(name);
        }
    }

    private void send(Handle handle, Request request, Consumer<Reply> reply) {
        if (request instanceof Request.Look look) {
            handle.lease().look(look, reply);
        } else if (request instanceof Request.Renew renew) {
            handle.lease().renew(renew, reply);
        } else if (request instanceof Request.Claim claim) {
            handle.lease().claim(claim, reply);
        } else if (request instanceof Request.Release release) {
            handle.lease().release(release, reply);
        } else if (request instanceof Request.CreateLease create) {
            handle.lease().createLease(create, reply);
        } else if (request instanceof Request.CreateGuard) {
            handle.lease().createGuard(reply);
        } else if (request instanceof Request.RemoveLeftover remove) {
            handle.lease().removeLeftover(remove, reply);
        } else if (request instanceof Request.RestoreAddress restore) {
            handle.lease().restoreAddress(restore, reply);
        } else if (request instanceof Request.JoinQueue join) {
            handle.queue().join(join, ownUrl, reply);
        } else if (request instanceof Request.ReadQueue read) {
            handle.queue().read(read, reply);
        } else if (request instanceof Request.WatchCandidate watch) {
            handle.queue().watch(watch, reply);
        } else if (request instanceof Request.LeaveQueue leave) {
            handle.queue().leave(leave, reply);
        }
    }

    private @Nullable Handle handle() {
        ClientConnection present = connection;
        return present == null ? null : present.handle();
    }

    @Override
    public CompletableFuture<List<Candidate>> candidates() {
        Handle handle = handle();
        return handle == null
                ? CompletableFuture.failedFuture(new IOException("there is no connection to ZooKeeper"))
                : handle.queue().candidates();
    }

    @Override
    public synchronized void close() {
        ClientConnection present = connection;
        if (present != null) {
            present.close();
            connection = null;
            leaveQueue();
        }
    }

    /** Deletes the candidate nodes, since the client lives on, and with it its session. */
    private void leaveQueue() {
        Set<String> left = Set.copyOf(joined.values());
        joined.clear();
        // Normally the release has deleted it, and another request would hold up the successor's claim.
        if (left.isEmpty()) {
            return;
        }
        try {
            client.checkExists()
                    .inBackground((same, event) -> {
                        Stat stat = event.getStat();
                        if (stat != null && stat.getNumChildren() <= Children.MOST_READ) {
                            deleteCandidates(left);
                        }
                    })
                    .forPath(path + Paths.QUEUE);
        } catch (Exception ignored) {
            // The client is closed: the nodes go with its session.
        }
    }

    private void deleteCandidates(Set<String> left) throws Exception {
        String queue = path + Paths.QUEUE;
        client.getChildren()
                .inBackground((same, event) -> {
                    List<String> children = event.getChildren() == null ? List.of() : event.getChildren();
                    for (String name : children) {
                        if (CandidateNode.of(name)
                                .filter(node -> left.contains(node.id()))
                                .isPresent()) {
                            same.delete().guaranteed().inBackground().forPath(queue + "/" + name);
                        }
                    }
                })
                .forPath(queue);
    }

    /** Returns the path of the node, for the log. */
    @Override
    public String toString() {
        return paths.master() + " at " + client.getZookeeperClient().getCurrentConnectionString();
    }
}
