package io.masterlatch.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.zookeeper.AsyncCallback.DataCallback;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** A plain ZooKeeper handle that counts what it reads apart from the lease, and how requests on it are answered. */
@SuppressWarnings("try") // that close() may be interrupted is ZooKeeper's
final class RawClient extends ZooKeeper {

    final AtomicInteger reads = new AtomicInteger();
    /** What was looked at, in the order of the requests. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    RawClient(String connectString) throws IOException {
        super(connectString, 10_000, event -> {});
        await().until(() -> getState().isConnected());
    }

    @Override
    public void getData(String path, Watcher watcher, DataCallback callback, Object context) {
        asked.add(path);
        if (!path.endsWith("-lease")) {
            reads.incrementAndGet();
        }
        super.getData(path, watcher, callback, context);
    }

    @Override
    public void exists(String path, Watcher watcher, StatCallback callback, Object context) {
        asked.add(path);
        super.exists(path, watcher, callback, context);
    }

    /** Waits for the reply to a request. */
    static Reply reply(Consumer<Consumer<Reply>> request) throws Exception {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        request.accept(reply::complete);
        return reply.get(10, TimeUnit.SECONDS);
    }

    static Failed failed(Consumer<Consumer<Reply>> request) throws Exception {
        return as(Failed.class, request);
    }

    static Reply.Written written(Consumer<Consumer<Reply>> request) throws Exception {
        return as(Reply.Written.class, request);
    }

    static Reply.Looked looked(Consumer<Consumer<Reply>> request) throws Exception {
        return as(Reply.Looked.class, request);
    }

    private static <T extends Reply> T as(Class<T> type, Consumer<Consumer<Reply>> request) throws Exception {
        Reply reply = reply(request);
        assertThat(reply).isInstanceOf(type);
        return type.cast(reply);
    }
}
