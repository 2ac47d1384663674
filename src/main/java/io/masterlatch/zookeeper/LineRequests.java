package io.masterlatch.zookeeper;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import io.masterlatch.latch.MasterNode.Events;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;

/** What is asked of the line of succession on one session. */
final class LineRequests {

    /** What the line's path has behind the master's. */
    static final String SUFFIX = "-candidates";

    // For one who was far back to hear that it is at the front, and to watch.
    private static final long TO_THE_FRONT = 250;

    private final ZooKeeper zooKeeper;
    private final ACLProvider acls;
    private final String line;
    private final Events events;
    private final MasterWatch masterWatch;
    private final Watcher watcher = this::moved;
    private boolean checked;

    LineRequests(ZooKeeper zooKeeper, ACLProvider acls, String line, Events events, MasterWatch masterWatch) {
        this.zooKeeper = zooKeeper;
        this.acls = acls;
        this.line = line;
        this.events = events;
        this.masterWatch = masterWatch;
    }

    void survey(Session session, Consumer<Reply> reply) {
        zooKeeper.getChildren(
                line,
                false,
                (rc, p, ctx, children) -> {
                    if (rc == Code.NONODE.intValue()) {
                        reply.accept(new Reply.Surveyed(List.of(), masterWatch.placed(-1, 0)));
                    } else if (rc != Code.OK.intValue()) {
                        reply.accept(Failures.of(rc, "read", line));
                    } else {
                        watch(session, sorted(children), reply);
                    }
                },
                null);
    }

    private static List<Candidate> sorted(List<String> names) {
        return names.stream()
                .map(Candidate::of)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }

    /**
     * Who watches the master's node also watches its own candidate and all before it. Who is far back watches as many of those right
     * before it as are at the front: before it is there itself, one of them has left. So one that leaves wakes few, however many stand.
     */
    private void watch(Session session, List<Candidate> all, Consumer<Reply> reply) {
        int own = IntStream.range(0, all.size())
                .filter(place -> all.get(place).session() == session.id())
                .findFirst()
                .orElse(-1);
        boolean watching = masterWatch.placed(own, all.size());
        List<Candidate> watched = all.subList(watching ? 0 : own - MasterWatch.FRONT, own + 1);
        Reply outcome = new Reply.Surveyed(all, watching);
        if (watched.isEmpty()) {
            reply.accept(outcome);
        } else {
            watchAll(watched, outcome, reply);
        }
    }

    /** Answers with the outcome when all are watched. */
    private void watchAll(List<Candidate> candidates, Reply outcome, Consumer<Reply> reply) {
        List<Reply> failures = new ArrayList<>();
        Candidate last = candidates.get(candidates.size() - 1);
        for (Candidate candidate : candidates) {
            zooKeeper.exists(
                    line + "/" + candidate.name(),
                    watcher,
                    (rc, p, ctx, stat) -> {
                        if (rc == Code.NONODE.intValue()) {
                            failures.add(Failures.overtaken("the line moved while it was read"));
                        } else if (rc != Code.OK.intValue()) {
                            failures.add(Failures.of(rc, "read", line));
                        }
                        if (candidate == last) {
                            reply.accept(failures.isEmpty() ? outcome : failures.get(0));
                        }
                    },
                    null);
        }
    }

    private void moved(WatchedEvent event) {
        if (event.getType() == EventType.NodeDeleted) {
            events.left(event.getPath().substring(line.length() + 1));
        } else if (event.getType() == EventType.NodeDataChanged) {
            // Nobody has a reason to write there; but the watch is spent.
            zooKeeper.exists(event.getPath(), watcher, (rc, p, ctx, stat) -> {}, null);
        }
    }

    void join(Session session, String address, Consumer<Reply> reply) {
        zooKeeper.create(
                line + "/" + Candidate.prefix(session),
                address.getBytes(StandardCharsets.UTF_8),
                acls.getAclForPath(line),
                CreateMode.EPHEMERAL_SEQUENTIAL,
                (rc, p, ctx, name) -> {
                    if (rc == Code.OK.intValue()) {
                        reply.accept(new Reply.Done());
                        check();
                    } else if (rc == Code.NONODE.intValue()) {
                        createLine(reply);
                    } else {
                        reply.accept(refusal(rc, "create a candidate in"));
                    }
                },
                null);
    }

    private void createLine(Consumer<Reply> reply) {
        Parents parents = Parents.create(zooKeeper, acls, line);
        // A container, which ZooKeeper removes some time after the last candidate has gone.
        zooKeeper.create(
                line,
                new byte[0],
                acls.getAclForPath(line),
                CreateMode.CONTAINER,
                (rc, p, ctx, name) -> {
                    if (rc == Code.OK.intValue() || rc == Code.NODEEXISTS.intValue()) {
                        reply.accept(Failures.overtaken(line + " was missing"));
                    } else if (rc == Code.NONODE.intValue()) {
                        reply.accept(parents.whyMissing());
                    } else {
                        reply.accept(refusal(rc, "create"));
                    }
                },
                null);
    }

    private Reply.Failed refusal(int rc, String what) {
        Reply.Failed failed = Failures.of(rc, what, line);
        return rc == Code.NOAUTH.intValue() && AccessCheck.isClosed(acls, line)
                ? Failures.excluded(failed.reason() + ": are its user and password those of the other instances?")
                : failed;
    }

    /** Once in a session, and when the nodes are there: in between, nobody opens what is closed. */
    private void check() {
        if (!checked && AccessCheck.isClosed(acls, line)) {
            checked = true;
            new AccessCheck(zooKeeper, line.substring(0, line.length() - SUFFIX.length()), line).run(events::exposed);
        }
    }

    CompletableFuture<List<Standing>> candidates() {
        CompletableFuture<List<Standing>> result = new CompletableFuture<>();
        // A server that lags behind would name candidates that have gone.
        zooKeeper.sync(
                line,
                (rc, p, ctx) -> {
                    if (rc != Code.OK.intValue()) {
                        fail(result, rc, "read");
                    }
                },
                null);
        zooKeeper.getChildren(
                line,
                false,
                (rc, p, ctx, children) -> {
                    if (rc == Code.NONODE.intValue()) {
                        result.complete(List.of());
                    } else if (rc != Code.OK.intValue()) {
                        fail(result, rc, "read");
                    } else {
                        readEach(sorted(children), result);
                    }
                },
                null);
        return result;
    }

    private void readEach(List<Candidate> candidates, CompletableFuture<List<Standing>> result) {
        List<Standing> standing = new ArrayList<>();
        for (Candidate candidate : candidates) {
            zooKeeper.getData(
                    line + "/" + candidate.name(),
                    false,
                    (rc, p, ctx, data, stat) -> {
                        if (rc == Code.OK.intValue()) {
                            Instant since = Instant.ofEpochMilli(stat.getCtime());
                            standing.add(
                                    new Standing(candidate, MasterData.of(data).address(), since));
                        } else if (rc != Code.NONODE.intValue()) {
                            fail(result, rc, "read");
                        }
                    },
                    null);
        }
        // Answered after all of those, since ZooKeeper answers the requests of a session in their order.
        zooKeeper.exists(
                line,
                false,
                (rc, p, ctx, stat) -> {
                    if (rc == Code.OK.intValue() || rc == Code.NONODE.intValue()) {
                        result.complete(List.copyOf(standing));
                    } else {
                        fail(result, rc, "read");
                    }
                },
                null);
    }

    CompletableFuture<Void> sendBack(List<Candidate> candidates) {
        CompletableFuture<?>[] deletions =
                candidates.stream().map(candidate -> delete(candidate)).toArray(CompletableFuture[]::new);
        CompletableFuture<Void> deleted = CompletableFuture.allOf(deletions);
        // The master itself is not among them.
        return candidates.size() + 1 < MasterWatch.FRONT
                ? deleted
                : deleted.thenRunAsync(
                        () -> {}, CompletableFuture.delayedExecutor(TO_THE_FRONT, TimeUnit.MILLISECONDS));
    }

    private CompletableFuture<Void> delete(Candidate candidate) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        zooKeeper.delete(
                line + "/" + candidate.name(),
                -1,
                (rc, p, ctx) -> {
                    if (rc == Code.OK.intValue() || rc == Code.NONODE.intValue()) {
                        result.complete(null);
                    } else {
                        fail(result, rc, "delete a candidate in");
                    }
                },
                null);
        return result;
    }

    private void fail(CompletableFuture<?> result, int rc, String what) {
        result.completeExceptionally(new IOException(Failures.of(rc, what, line).reason()));
    }
}
