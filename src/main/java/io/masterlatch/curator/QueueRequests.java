package io.masterlatch.curator;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult.CreateResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/** Requests about the candidate queue, on one ZooKeeper handle. */
final class QueueRequests {

    private static final int OK = Code.OK.intValue();
    private static final int NONODE = Code.NONODE.intValue();
    // Nodes at the front that are examined for whether they are ephemeral, at one reading.
    private static final int EXAMINED = 16;

    private final ZooKeeper zooKeeper;
    private final Paths paths;
    private final List<ACL> acl;
    private final Watcher watcher;
    private final Set<String> ephemeral = new HashSet<>();
    private final Set<String> persistent = new HashSet<>();

    QueueRequests(ZooKeeper zooKeeper, Paths paths, List<ACL> acl, Watcher watcher) {
        this.zooKeeper = zooKeeper;
        this.paths = paths;
        this.acl = acl;
        this.watcher = watcher;
    }

    void join(Request.JoinQueue join, Consumer<Reply> reply) {
        byte[] data = join.address().getBytes(StandardCharsets.UTF_8);
        String prefix = paths.candidate(join.id() + "-");
        String former = join.former();
        if (former == null) {
            zooKeeper.create(
                    prefix,
                    data,
                    acl,
                    CreateMode.EPHEMERAL_SEQUENTIAL,
                    (rc, p, ctx, name) -> joined(rc, name, reply),
                    null);
            return;
        }
        zooKeeper.multi(
                List.of(
                        Op.delete(paths.candidate(former), -1),
                        Op.create(prefix, data, acl, CreateMode.EPHEMERAL_SEQUENTIAL)),
                (rc, p, ctx, results) -> {
                    int place = ZooKeeperErrors.failedAt(results);
                    if (rc == OK) {
                        joined(rc, ((CreateResult) results.get(1)).getPath(), reply);
                    } else if (place == 0 && ZooKeeperErrors.codeAt(results, 0) == NONODE) {
                        join(new Request.JoinQueue(join.id(), join.address(), null), reply);
                    } else {
                        joined(place < 0 ? rc : ZooKeeperErrors.codeAt(results, place), "", reply);
                    }
                },
                null);
    }

    private void joined(int rc, String path, Consumer<Reply> reply) {
        if (rc == OK) {
            reply.accept(new Reply.Joined(path.substring(path.lastIndexOf('/') + 1)));
        } else if (rc == NONODE) {
            createQueue(reply);
        } else {
            reply.accept(ZooKeeperErrors.of(rc, "create a candidate in", paths.queue()));
        }
    }

    private void createQueue(Consumer<Reply> reply) {
        Parents parents = Parents.create(zooKeeper, acl, paths.queue());
        zooKeeper.create(
                paths.queue(),
                new byte[0],
                acl,
                CreateMode.PERSISTENT,
                (rc, p, ctx, name) -> {
                    if (rc == OK || rc == Code.NODEEXISTS.intValue()) {
                        reply.accept(new Failed(Failed.Kind.NODE_CHANGED, paths.queue() + " was missing"));
                    } else if (rc == NONODE) {
                        reply.accept(parents.whyMissing());
                    } else {
                        reply.accept(ZooKeeperErrors.of(rc, "create", paths.queue()));
                    }
                },
                null);
    }

    void read(Request.ReadQueue read, Consumer<Reply> reply) {
        zooKeeper.getChildren(
                paths.queue(),
                false,
                (rc, p, ctx, children) -> {
                    if (rc == OK) {
                        examine(sorted(children), read.own(), reply);
                    } else if (rc == NONODE) {
                        reply.accept(new Reply.Queue(List.of()));
                    } else {
                        reply.accept(ZooKeeperErrors.of(rc, "read", paths.queue()));
                    }
                },
                null);
    }

    /** A candidate is an ephemeral node. Others are left over from a backup or a copy, and would be waited for. */
    private void examine(List<CandidateNode> nodes, String own, Consumer<Reply> reply) {
        List<String> names = nodes.stream().map(CandidateNode::name).toList();
        ephemeral.retainAll(names);
        persistent.retainAll(names);
        names.stream()
                .takeWhile(name -> !name.equals(own))
                .filter(name -> !ephemeral.contains(name) && !persistent.contains(name))
                .limit(EXAMINED)
                .forEach(name -> zooKeeper.exists(
                        paths.candidate(name),
                        null,
                        (rc, p, ctx, stat) -> {
                            if (rc == OK) {
                                (stat.getEphemeralOwner() == 0 ? persistent : ephemeral).add(name);
                            }
                        },
                        null));
        zooKeeper.exists(
                paths.candidate(own),
                null,
                (rc, p, ctx, stat) -> reply.accept(
                        rc == OK || rc == NONODE
                                ? new Reply.Queue(nodes.stream()
                                        .filter(node -> !persistent.contains(node.name()))
                                        .toList())
                                : ZooKeeperErrors.of(rc, "read", paths.queue())),
                null);
    }

    private static List<CandidateNode> sorted(List<String> names) {
        return names.stream()
                .map(CandidateNode::of)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }

    void watch(Request.WatchCandidate watch, Consumer<Reply> reply) {
        zooKeeper.exists(
                paths.candidate(watch.name()),
                watcher,
                (rc, p, ctx, stat) -> {
                    if (rc == NONODE) {
                        // What it was set for has happened already.
                        watcher.process(null);
                    }
                    reply.accept(
                            rc == OK || rc == NONODE
                                    ? new Reply.Done()
                                    : ZooKeeperErrors.of(rc, "watch", paths.candidate(watch.name())));
                },
                null);
    }

    void leave(Request.LeaveQueue leave, Consumer<Reply> reply) {
        zooKeeper.delete(
                paths.candidate(leave.name()),
                -1,
                (rc, p, ctx) -> reply.accept(
                        rc == OK || rc == NONODE
                                ? new Reply.Done()
                                : ZooKeeperErrors.of(rc, "delete", paths.candidate(leave.name()))),
                null);
    }

    CompletableFuture<List<Candidate>> candidates() {
        CompletableFuture<List<Candidate>> result = new CompletableFuture<>();
        // A server that lags behind would name candidates that have gone.
        zooKeeper.sync(paths.queue(), (rc, p, ctx) -> failIf(rc != OK, rc, result), null);
        zooKeeper.getChildren(
                paths.queue(),
                false,
                (rc, p, ctx, children) -> {
                    if (rc == NONODE) {
                        result.complete(List.of());
                    } else if (!failIf(rc != OK, rc, result)) {
                        readEach(sorted(children), result);
                    }
                },
                null);
        return result;
    }

    private void readEach(List<CandidateNode> nodes, CompletableFuture<List<Candidate>> result) {
        List<Candidate> candidates = new ArrayList<>();
        for (CandidateNode node : nodes) {
            zooKeeper.getData(
                    paths.candidate(node.name()),
                    false,
                    (rc, p, ctx, data, stat) -> {
                        if (rc == OK && stat.getEphemeralOwner() != 0) {
                            candidates.add(new Candidate(
                                    node,
                                    MasterData.of(data).address(),
                                    Instant.ofEpochMilli(stat.getCtime()),
                                    stat.getEphemeralOwner()));
                        }
                        failIf(rc != OK && rc != NONODE, rc, result);
                    },
                    null);
        }
        // Answered after all of those, since ZooKeeper answers the requests of a session in their order.
        zooKeeper.exists(
                paths.queue(),
                false,
                (rc, p, ctx, stat) -> {
                    if (!failIf(rc != OK && rc != NONODE, rc, result)) {
                        result.complete(List.copyOf(candidates));
                    }
                },
                null);
    }

    private boolean failIf(boolean failed, int rc, CompletableFuture<?> result) {
        if (failed) {
            result.completeExceptionally(new IOException(
                    ZooKeeperErrors.of(rc, "read", paths.queue()).reason()));
        }
        return failed;
    }
}
