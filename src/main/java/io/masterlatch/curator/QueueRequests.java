package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** Requests about the candidate queue, on one ZooKeeper handle. */
final class QueueRequests {

    private static final int OK = Code.OK.intValue();
    private static final int NONODE = Code.NONODE.intValue();
    // How many nodes at the front are checked for being ephemeral at a time.
    private static final int EXAMINED = 16;

    private final AsyncZooKeeper client;
    private final Paths paths;
    private final Watcher watcher;
    private final Consumer<@Nullable String> warnings;
    private final Set<String> ephemeral = new HashSet<>();
    private final NavigableSet<String> persistent = new TreeSet<>();

    QueueRequests(
            ZooKeeper zooKeeper, Paths paths, List<ACL> acl, Watcher watcher, Consumer<@Nullable String> warnings) {
        this.client = new AsyncZooKeeper(zooKeeper, acl);
        this.paths = paths;
        this.watcher = watcher;
        this.warnings = warnings;
    }

    void join(Request.JoinQueue join, @Nullable String url, Consumer<Reply> reply) {
        byte[] data = Candidate.data(join.address(), url).getBytes(UTF_8);
        String prefix = paths.candidate(join.id() + "-");
        CreateMode mode = CreateMode.EPHEMERAL_SEQUENTIAL;
        if (join.former() == null) {
            client.create(prefix, data, mode, (rc, name) -> joined(rc, name, reply));
            return;
        }
        List<Op> ops = List.of(Op.delete(paths.candidate(join.former()), -1), client.creation(prefix, data, mode));
        client.transact(ops, done -> {
            if (done.failedAt() == 0 && done.code() == NONODE) {
                join(new Request.JoinQueue(join.id(), join.address(), null), url, reply);
            } else {
                joined(done.code(), done.isDone() ? done.created(1) : "", reply);
            }
        });
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
        Parents parents = Parents.create(client, paths.queue());
        client.create(
                paths.queue(),
                rc -> reply.accept(
                        rc == OK || rc == Code.NODEEXISTS.intValue()
                                ? new Failed(Failed.Kind.NODE_CHANGED, paths.queue() + " was missing")
                                : parents.failure(rc)));
    }

    void read(Request.ReadQueue read, Consumer<Reply> reply) {
        children((failed, names) -> {
            if (failed == null) {
                ephemeral.retainAll(names);
                persistent.retainAll(names);
                examine(sorted(names), read.own(), reply);
            } else {
                reply.accept(failed);
            }
        });
    }

    /**
     * Reads the names in the queue unless there are too many for one reply: the client would cut the connection at that
     * reply, and at the next one.
     */
    private void children(BiConsumer<@Nullable Failed, List<String>> then) {
        client.exists(paths.queue(), null, (rc, stat) -> {
            if (rc != OK) {
                then.accept(rc == NONODE ? null : ZooKeeperErrors.of(rc, "read", paths.queue()), List.of());
            } else if (stat.getNumChildren() > Children.MOST_READ) {
                String why = "%s has %d children, and at most %d are read"
                        .formatted(paths.queue(), stat.getNumChildren(), Children.MOST_READ);
                then.accept(new Failed(Failed.Kind.REFUSED, why), List.of());
            } else {
                client.children(paths.queue(), (code, names) -> {
                    boolean read = code == OK || code == NONODE;
                    then.accept(
                            read ? null : ZooKeeperErrors.of(code, "read", paths.queue()),
                            code == OK ? names : List.of());
                });
            }
        });
    }

    /** Skips nodes that are not ephemeral. They are left over from a backup or a copy, and never leave. */
    private void examine(List<CandidateNode> nodes, @Nullable String own, Consumer<Reply> reply) {
        int known = persistent.size();
        List<String> names = nodes.stream().map(CandidateNode::name).toList();
        names.stream()
                .takeWhile(name -> !name.equals(own))
                .filter(name -> !ephemeral.contains(name) && !persistent.contains(name))
                .limit(EXAMINED)
                .forEach(name -> client.exists(paths.candidate(name), null, (rc, stat) -> {
                    if (rc == OK) {
                        (stat.getEphemeralOwner() == 0 ? persistent : ephemeral).add(name);
                    }
                }));
        // Answered after all of those, since ZooKeeper answers the requests of a session in their order.
        client.exists(own == null ? paths.queue() : paths.candidate(own), null, (rc, stat) -> {
            if (persistent.size() > known) {
                // There may be more candidates behind them.
                examine(nodes, own, reply);
                return;
            }
            warnings.accept(warning());
            List<CandidateNode> candidates = nodes.stream()
                    .filter(node -> !persistent.contains(node.name()))
                    .toList();
            answer(rc, "read", paths.queue(), new Reply.Queue(candidates), reply);
        });
    }

    private @Nullable String warning() {
        return persistent.isEmpty()
                ? null
                : paths.queue() + " has persistent nodes, such as " + persistent.first()
                        + ": they are no candidates and are ignored";
    }

    private static List<CandidateNode> sorted(List<String> names) {
        return names.stream()
                .map(CandidateNode::of)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }

    void watch(Request.WatchCandidate watch, Consumer<Reply> reply) {
        String path = paths.candidate(watch.name());
        // Read, since a watch of the existence of a node that has left would stay for ever.
        client.read(path, watcher, (rc, data, stat) -> {
            if (rc == NONODE) {
                // The event for this watch has already happened.
                watcher.process(null);
            } else if (rc == OK && stat.getEphemeralOwner() == 0) {
                // It never leaves. The next reading skips it.
                ephemeral.remove(watch.name());
                persistent.add(watch.name());
                watcher.process(null);
            }
            answer(rc, "watch", path, new Reply.Done(), reply);
        });
    }

    void leave(Request.LeaveQueue leave, Consumer<Reply> reply) {
        String path = paths.candidate(leave.name());
        client.delete(path, rc -> answer(rc, "delete", path, new Reply.Done(), reply));
    }

    /** Replies to a request that succeeds with and without the node. */
    private static void answer(int rc, String what, String path, Reply done, Consumer<Reply> reply) {
        reply.accept(rc == OK || rc == NONODE ? done : ZooKeeperErrors.of(rc, what, path));
    }

    CompletableFuture<List<Candidate>> candidates() {
        CompletableFuture<List<Candidate>> result = new CompletableFuture<>();
        // A server that lags behind would name candidates that have gone.
        client.sync(paths.queue(), rc -> failIf(rc != OK, rc, result));
        children((failed, names) -> {
            if (failed == null) {
                readEach(sorted(names), result);
            } else {
                result.completeExceptionally(new IOException(failed.reason()));
            }
        });
        return result;
    }

    private void readEach(List<CandidateNode> nodes, CompletableFuture<List<Candidate>> result) {
        List<Candidate> candidates = new ArrayList<>();
        for (CandidateNode node : nodes) {
            client.read(paths.candidate(node.name()), null, (rc, data, stat) -> {
                if (rc == OK && stat.getEphemeralOwner() != 0) {
                    candidates.add(candidate(node, data, stat));
                }
                failIf(rc != OK && rc != NONODE, rc, result);
            });
        }
        // Answered after all of those, since ZooKeeper answers the requests of a session in their order.
        client.exists(paths.queue(), null, (rc, stat) -> {
            if (!failIf(rc != OK && rc != NONODE, rc, result)) {
                result.complete(List.copyOf(candidates));
            }
        });
    }

    private static Candidate candidate(CandidateNode node, byte @Nullable [] data, Stat stat) {
        Instant since = Instant.ofEpochMilli(stat.getCtime());
        return Candidate.of(node, data, since, stat.getEphemeralOwner());
    }

    private boolean failIf(boolean failed, int rc, CompletableFuture<?> result) {
        if (failed) {
            String why = ZooKeeperErrors.of(rc, "read", paths.queue()).reason();
            result.completeExceptionally(new IOException(why));
        }
        return failed;
    }
}
