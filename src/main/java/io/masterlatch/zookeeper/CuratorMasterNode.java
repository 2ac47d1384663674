package io.masterlatch.zookeeper;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Standing;
import io.masterlatch.latch.MasterNode;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/**
 * The master's node, reached through Curator.
 *
 * <p>Curator keeps the session and the watch. The requests go through ZooKeeper's own handle of the session they name, because
 * Curator would repeat them on a later session, where a claim or a proof means something else.
 *
 * <p>Beside the node, at its path with {@code -candidates} added, is the line of succession: a container of ephemeral sequential
 * nodes, one for each candidate, as in Curator's own LeaderLatch.
 */
public final class CuratorMasterNode implements MasterNode {

    private final CuratorFrameworkFactory.Builder clients;
    private final String path;
    private final SessionKeeper keeper;
    private final Transport transport;
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
        this(clients, path, SessionKeeper.NONE, Transport.PLAIN);
    }

    /**
     * Makes a node whose sessions somebody keeps; nothing is connected yet.
     *
     * @param clients makes the client, as above
     * @param path the node's path, {@code /master} by custom
     * @param keeper told of each session before it is used, and when it is closed
     * @param transport how the servers are reached; the client's own settings have to agree with it
     * @throws IllegalArgumentException when the path is not a valid one, or a namespace is set
     */
    public CuratorMasterNode(
            CuratorFrameworkFactory.Builder clients, String path, SessionKeeper keeper, Transport transport) {
        this.transport = Objects.requireNonNull(transport, "'transport' must not be null");
        this.keeper = Objects.requireNonNull(keeper, "'keeper' must not be null");
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
        link = new Link(clients, path, keeper, transport, events);
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
        request(look, reply, requests -> requests.look(look.proof(), reply));
    }

    @Override
    public void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
        request(claim, reply, requests -> requests.claim(address, reply));
    }

    @Override
    public void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
        request(restore, reply, requests -> requests.restore(restore.version(), address, reply));
    }

    @Override
    public void survey(Order.Survey survey, Consumer<Reply> reply) {
        request(survey, reply, requests -> requests.line().survey(survey.session(), reply));
    }

    @Override
    public void join(Order.Join join, String address, Consumer<Reply> reply) {
        request(join, reply, requests -> requests.line().join(join.session(), address, reply));
    }

    @Override
    public CompletableFuture<List<Standing>> candidates() {
        return onPresentSession(LineRequests::candidates);
    }

    @Override
    public CompletableFuture<Void> sendBack(List<Candidate> candidates) {
        return onPresentSession(line -> line.sendBack(candidates));
    }

    private synchronized <T> CompletableFuture<T> onPresentSession(Function<LineRequests, CompletableFuture<T>> call) {
        SessionRequests present = link == null ? null : link.presentRequests();
        return present == null
                ? CompletableFuture.failedFuture(
                        new IOException(Failures.sessionOver().reason()))
                : call.apply(present.line());
    }

    /** Names the node for an operator. */
    @Override
    public String toString() {
        return path + " at " + clients.getEnsembleProvider().getConnectionString();
    }

    private void request(Order.Request request, Consumer<Reply> reply, Consumer<SessionRequests> call) {
        SessionRequests requests = requestsOf(request.session().id());
        if (requests == null) {
            reply.accept(Failures.sessionOver());
        } else {
            call.accept(requests);
        }
    }

    private synchronized @Nullable SessionRequests requestsOf(long session) {
        return link == null ? null : link.requestsOf(session);
    }
}
