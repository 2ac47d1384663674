package io.masterlatch.simulation;

import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request.JoinQueue;
import io.masterlatch.election.Request.LeaveQueue;
import io.masterlatch.election.Request.ReadQueue;
import io.masterlatch.election.Request.WatchCandidate;
import io.masterlatch.simulation.State.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Requests about the candidate queue, sent on one handle of a client as {@code QueueRequests} of the port does. */
final class QueueRequests {

    private final Client client;
    private final int handle;
    private final Runnable watcher;

    QueueRequests(Client client, Runnable watcher) {
        this.client = client;
        this.handle = client.handle();
        this.watcher = watcher;
    }

    void join(JoinQueue join, Consumer<Reply> reply) {
        byte[] data = join.address().getBytes(StandardCharsets.UTF_8);
        Op create = Op.create(Op.Kind.CREATE_SEQUENTIAL, Paths.candidate(join.id() + "-"), data);
        String former = join.former();
        if (former == null) {
            write(List.of(create), outcome -> joined(outcome, reply));
            return;
        }
        write(List.of(Op.delete(Paths.candidate(former), -1), create), outcome -> {
            if (outcome.failedAt() == 0 && outcome.code() == Code.NO_NODE) {
                join(new JoinQueue(join.id(), join.address(), null), reply);
            } else {
                joined(outcome, reply);
            }
        });
    }

    private void joined(Outcome outcome, Consumer<Reply> reply) {
        if (outcome.code() == Code.OK) {
            String path = Objects.requireNonNull(outcome.created());
            reply.accept(new Reply.Joined(path.substring(path.lastIndexOf('/') + 1)));
        } else if (outcome.code() == Code.NO_NODE) {
            write(List.of(Op.create(Paths.QUEUE)), created -> {
                boolean there = created.code() == Code.OK || created.code() == Code.NODE_EXISTS;
                reply.accept(
                        there
                                ? new Failed(Failed.Kind.NODE_CHANGED, "the queue was missing")
                                : Failures.of(created.code()));
            });
        } else {
            reply.accept(Failures.of(outcome.code()));
        }
    }

    void read(ReadQueue read, Consumer<Reply> reply) {
        client.send(handle, Request.read(Paths.QUEUE, false, null, outcome -> {
            if (outcome.code() == Code.OK) {
                List<CandidateNode> nodes = outcome.state().children(Paths.QUEUE).stream()
                        .map(CandidateNode::of)
                        .flatMap(Optional::stream)
                        .sorted()
                        .toList();
                // What is in front is examined for whether it is ephemeral; the own node comes last.
                client.send(
                        handle,
                        Request.read(
                                read.own() == null ? Paths.QUEUE : Paths.candidate(read.own()),
                                true,
                                null,
                                own -> reply.accept(
                                        own.code() == Code.OK || own.code() == Code.NO_NODE
                                                ? new Reply.Queue(nodes)
                                                : Failures.of(own.code()))));
            } else {
                reply.accept(outcome.code() == Code.NO_NODE ? new Reply.Queue(List.of()) : Failures.of(outcome.code()));
            }
        }));
    }

    void watch(WatchCandidate watch, Consumer<Reply> reply) {
        client.send(handle, Request.read(Paths.candidate(watch.name()), true, watcher, outcome -> {
            if (outcome.code() == Code.NO_NODE) {
                watcher.run();
            }
            reply.accept(done(outcome));
        }));
    }

    void leave(LeaveQueue leave, Consumer<Reply> reply) {
        write(List.of(Op.delete(Paths.candidate(leave.name()), -1)), outcome -> reply.accept(done(outcome)));
    }

    private static Reply done(Outcome outcome) {
        return outcome.code() == Code.OK || outcome.code() == Code.NO_NODE
                ? new Reply.Done()
                : Failures.of(outcome.code());
    }

    private void write(List<Op> ops, Request.Answer answer) {
        client.send(handle, Request.write(ops, answer));
    }
}
