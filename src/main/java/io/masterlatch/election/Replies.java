package io.masterlatch.election;

import io.masterlatch.election.Reply.Failed;
import org.jspecify.annotations.Nullable;

/** Applies the replies to requests. */
final class Replies {

    private static final String ADDRESS = "address";

    private final ElectionState state;

    Replies(ElectionState state) {
        this.state = state;
    }

    /**
     * A request under way.
     *
     * @param send what was sent
     * @param sent when it was sent, before the call
     * @param isPast whether a release has begun since; then the reply extends no lease
     */
    record Pending(Action.Send send, ClockReading sent, boolean isPast) {

        Pending ofThePast() {
            return new Pending(send, sent, true);
        }

        Request request() {
            return send.request();
        }
    }

    void replied(Pending pending, Reply reply, ClockReading now) {
        Request request = pending.request();
        state.remarks.took(now.nanos() - pending.sent.nanos(), state.lease.toNanos(), now.nanos());
        if (reply instanceof Failed failed) {
            failed(pending, failed, now);
            return;
        }
        state.remarks.answered(request);
        if (reply instanceof Reply.Looked looked) {
            looked(pending, looked, now);
        } else if (reply instanceof Reply.Written written) {
            written(pending, written, now);
        } else if (reply instanceof Reply.Joined joined) {
            state.queue.joined(joined.name());
            state.remarks.queueProblem(null);
        } else if (reply instanceof Reply.Queue queue) {
            state.queue.read(queue.nodes(), state.own.id());
            state.remarks.queueProblem(null);
        } else if (request instanceof Request.LeaveQueue left) {
            state.queue.left(left.name());
        } else if (request instanceof Request.CreateGuard) {
            state.unguarded = false;
        } else if (!(request instanceof Request.WatchCandidate)) {
            // A leftover was removed, an address restored, a lease node created.
            state.remarks.storeWarning(ADDRESS, null);
            state.lookAt = now.nanos();
        }
    }

    private void looked(Pending pending, Reply.Looked looked, ClockReading now) {
        boolean current = state.observed.look(looked, now.nanos());
        state.sync = !current || !state.candidate;
        if (!current) {
            state.lookAt = now.nanos() + state.lease.toNanos() / 20;
            return;
        }
        if (pending.request() instanceof Request.Look look && look.candidate() != null && !looked.candidate()) {
            state.queue.forget(now.nanos());
        }
        if (state.releasing != null) {
            state.releasing.looked = true;
        }
        LeaseNode node = looked.lease();
        if (node != null && state.own.isCloned(node.record())) {
            state.changes.notice(
                    "another process writes the lease under the id " + state.own.id() + " of this latch; one is a"
                            + " copy of the other. This one takes another id and waits for the lease to lapse");
            state.endLease("another process uses the same id", now);
            state.own.drawId(now.nanos());
            state.queue.forget(now.nanos());
        }
        if (!state.isMine()) {
            state.own.replaced();
            state.endLease("another instance replaced the lease", now);
        } else if (looked.node() != null && !state.observed.isBound()) {
            state.endLease("the master's node belongs to another session", now);
        } else {
            state.own.confirm(node.record().nonce());
        }
        if (!state.isMine()) {
            state.queue.heldBy(state.observed.holder());
        }
        state.remarks.other(node == null || state.isMine() ? null : node.record());
        state.looked(pending.sent.nanos(), now.nanos(), false);
    }

    private void written(Pending pending, Reply.Written written, ClockReading now) {
        LeaseNode replaced = state.observed.lease();
        LeaseRecord record = written.lease().record();
        state.own.confirm(record.nonce());
        state.observed.written(written.lease(), written.node(), now.nanos());
        if (pending.request() instanceof Request.Release release) {
            state.own.released();
            if (release.candidate() != null) {
                state.queue.left(release.candidate());
            }
            if (state.releasing != null) {
                state.releasing.outcome = ReleaseOutcome.RELEASED;
            }
        } else if (!pending.isPast && written.node() != null) {
            if (state.observed.isBound()) {
                extend(pending, record, replaced, now);
            } else {
                state.endLease("the master's node belongs to another session", now);
            }
        }
        state.looked(pending.sent.nanos(), now.nanos(), pending.request() instanceof Request.Renew);
    }

    private void extend(Pending pending, LeaseRecord record, @Nullable LeaseNode replaced, ClockReading now) {
        boolean held = state.own.lease() != null;
        Master master = state.observed.master();
        boolean known = master.epoch() == state.own.lastEpoch();
        if (state.own.extend(new Mastership.Lease(master, pending.sent, record.length()), now)) {
            if (pending.request() instanceof Request.Claim claim) {
                state.changes.because(claim.cause().words(replaced));
            } else if (!held) {
                state.changes.because(
                        known
                                ? "renewed late; epoch " + master.epoch() + " continues"
                                : "claimed the lease; the answer to the claim was lost or late");
            }
        }
    }

    private void failed(Pending pending, Failed failed, ClockReading now) {
        Request request = pending.request();
        switch (failed.kind()) {
            case CONFLICT, NO_LEASE -> {
                // After a write without a reply the lease may still belong to this instance.
                boolean lost = failed.kind() == Failed.Kind.NO_LEASE || !state.own.isDoubtful();
                if (request instanceof Request.Renew && lost) {
                    state.endLease("another instance replaced the lease", now);
                }
                lookAt(now.nanos(), true);
            }
            case NODE_CHANGED -> lookAt(now.nanos(), true);
            case REFUSED -> refused(request, failed.reason(), now.nanos());
            case UNANSWERED -> unanswered(request, now.nanos());
        }
    }

    private void refused(Request request, String why, long now) {
        long later = now + state.lease.toNanos();
        if (request instanceof Request.JoinQueue
                || request instanceof Request.ReadQueue
                || request instanceof Request.WatchCandidate) {
            state.remarks.queueProblem(why);
            state.queue.pause(later);
            state.queue.readAgain();
        } else if (request instanceof Request.LeaveQueue left) {
            state.queue.left(left.name());
        } else if (request instanceof Request.CreateGuard) {
            state.unguarded = false;
        } else if (request instanceof Request.RestoreAddress) {
            state.remarks.storeWarning(ADDRESS, why);
        } else {
            state.remarks.refused(request, why);
            state.quietUntil = later;
            // Looks continue, or the role would change with each attempt.
            boolean pause = request instanceof Request.Look || request instanceof Request.Release;
            lookAt(pause ? later : now, true);
        }
    }

    /** Called when the outcome of a request is unknown. A look has to show it. */
    void unanswered(Request request, long now) {
        if (request instanceof Request.JoinQueue) {
            state.queue.joinUnanswered();
        } else if (request instanceof Request.WatchCandidate) {
            state.queue.readAgain();
        }
        if (!(request instanceof Request.Look || request instanceof Request.Write)) {
            // The queue and the guard can wait.
            state.queue.pause(now + state.lease.toNanos() / 20);
        }
        if (request instanceof Request.Write) {
            state.own.unanswered();
        }
        lookAt(now + state.lease.toNanos() / 20, request instanceof Request.Write);
    }

    private void lookAt(long time, boolean uncertain) {
        state.lookAt = time;
        state.uncertain |= uncertain;
    }
}
