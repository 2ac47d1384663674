package io.masterlatch.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.curator.CuratorMasterStore;
import io.masterlatch.election.Event;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import io.masterlatch.election.TakeOver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** An instance of the service as ZooKeeper sees it: a store on a client, through which a test sends single requests. */
final class Instance implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final String id;
    private final String path;
    private final CuratorFramework client;
    private final CuratorMasterStore store;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private int nonces;

    Instance(CuratorFramework client, String path, String name, List<ACL> acl) {
        this.name = name;
        // As long as those that latches draw.
        this.id = String.format("%016x", name.hashCode());
        this.path = path;
        this.client = client;
        this.store = new CuratorMasterStore(client, path, acl);
        store.open(events::add);
        awaitEvent(Event.Connected.class);
    }

    /** Returns the ZooKeeper handle, to see and do what is no request of the protocol. */
    ZooKeeper zooKeeper() {
        try {
            return client.getZookeeperClient().getZooKeeper();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    String path() {
        return path;
    }

    String lease() {
        return path + "-lease";
    }

    String queue() {
        return path + "-candidates";
    }

    String address() {
        return name + ":8080";
    }

    /** Joins the queue, and makes it if it is missing. */
    String join(@Nullable String former) {
        Request join = new Request.JoinQueue(id, address(), former);
        Reply reply = send(join);
        if (reply instanceof Failed failed && failed.kind() == Failed.Kind.NODE_CHANGED) {
            reply = send(join);
        }
        assertThat(reply).isInstanceOf(Reply.Joined.class);
        return ((Reply.Joined) reply).name();
    }

    long session() {
        return zooKeeper().getSessionId();
    }

    /** Returns a record of this instance with a nonce of its own; epoch 0 for a claim. */
    LeaseRecord held(long epoch) {
        String words =
                "masterlatch 1 " + id + " n" + ++nonces + " 3000 " + (epoch == 0 ? "-" : epoch) + " " + address();
        return LeaseRecord.of(words.getBytes(UTF_8));
    }

    LeaseRecord released() {
        return LeaseRecord.of(("masterlatch 1 released n" + ++nonces + " by " + address()).getBytes(UTF_8));
    }

    Reply send(Request request) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        store.send(request, reply::complete);
        try {
            return reply.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no reply to " + request, e);
        }
    }

    Reply.Looked look() {
        return look(new Request.Look(true, false, false, null));
    }

    Reply.Looked look(Request.Look look) {
        return (Reply.Looked) send(look);
    }

    Reply createLease() {
        return send(new Request.CreateLease(released()));
    }

    Reply claim(int version, @Nullable Integer nodeVersion) {
        return send(new Request.Claim(held(0), version, nodeVersion, null, TakeOver.RELEASED));
    }

    /** Claims the lease, and expects to get it. */
    Reply.Written claimed(int version, @Nullable Integer nodeVersion) {
        Reply reply = claim(version, nodeVersion);
        assertThat(reply).isInstanceOf(Reply.Written.class);
        return (Reply.Written) reply;
    }

    Reply renew(long epoch, int version) {
        return send(new Request.Renew(held(epoch), version));
    }

    Reply release(int version, @Nullable Integer nodeVersion) {
        return send(new Request.Release(released(), version, nodeVersion, null));
    }

    /** Expects a reply to be a failure of a kind. */
    static void assertFailed(Reply reply, Failed.Kind kind) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.kind()).as(failed.reason()).isEqualTo(kind));
    }

    /** Waits for an event and forgets the ones before it. */
    void awaitEvent(Class<? extends Event> type) {
        await("event " + type.getSimpleName())
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> type.isInstance(events.poll()));
    }

    /** Expects that no request has made the server close the connection, as a request does that it does not know. */
    void assertStayedConnected() {
        assertThat(events)
                .noneMatch(event -> event instanceof Event.Disconnected || event instanceof Event.ConnectError);
    }

    @Override
    public void close() {
        store.close();
    }
}
