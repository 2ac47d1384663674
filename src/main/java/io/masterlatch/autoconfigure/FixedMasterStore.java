package io.masterlatch.autoconfigure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Event;
import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import io.masterlatch.election.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory for one instance, without ZooKeeper. It grants every claim under {@link Mode#ALWAYS} and refuses it
 * under {@link Mode#NEVER}. All its transactions have the number 0, and so has the epoch: a fence that has seen a real
 * epoch rejects it.
 */
final class FixedMasterStore implements MasterStore {

    private static final int TRANSACTION = 0;
    private static final Session SESSION = new Session(1, Duration.ofHours(1));

    private final Mode mode;
    private final Supplier<@Nullable String> url;
    private int version;
    private LeaseRecord record = released();
    private @Nullable MasterNode node;
    private @Nullable Candidate candidate;

    FixedMasterStore(Mode mode, Supplier<@Nullable String> url) {
        this.mode = mode;
        this.url = url;
    }

    @Override
    public void open(Consumer<Event> events) {
        // Health, the log and a metric show the warnings of a store, from the start on.
        events.accept(new Event.StoreWarning(
                "mode", mode.words() + ", which is for tests and development only: there is no election"));
        events.accept(new Event.Connected(SESSION));
    }

    @Override
    public void send(Request request, Consumer<Reply> reply) {
        reply.accept(answer(request));
    }

    private synchronized Reply answer(Request request) {
        if (request instanceof Request.Look) {
            if (mode == Mode.NEVER) {
                // Always released just now, so that the absent master is not reported as a lasting problem.
                record = released();
            }
            return new Reply.Looked(lease(), node, null, candidate != null);
        }
        if (request instanceof Request.Claim claim) {
            if (mode == Mode.NEVER) {
                return new Failed(Failed.Kind.REFUSED, mode.words() + ": this instance does not become master");
            }
            byte[] address = Objects.requireNonNull(claim.record().address()).getBytes(UTF_8);
            node = new MasterNode(TRANSACTION, 0, SESSION.id(), Instant.now(), MasterData.of(address));
            return written(claim.record());
        }
        if (request instanceof Request.Renew renew) {
            return written(renew.record());
        }
        if (request instanceof Request.Release release) {
            node = null;
            candidate = release.candidate() == null ? candidate : null;
            return written(release.record());
        }
        if (request instanceof Request.JoinQueue join) {
            String name = join.id() + "-0000000000";
            candidate = new Candidate(
                    new CandidateNode(name, join.id(), 0), join.address(), url.get(), Instant.now(), SESSION.id());
            return new Reply.Joined(name);
        }
        if (request instanceof Request.ReadQueue) {
            return new Reply.Queue(queue().stream().map(Candidate::node).toList());
        }
        if (request instanceof Request.LeaveQueue) {
            candidate = null;
        }
        return new Reply.Done();
    }

    private Reply written(LeaseRecord written) {
        record = written;
        return new Reply.Written(lease(), node);
    }

    private LeaseNode lease() {
        return new LeaseNode(TRANSACTION, TRANSACTION, version, record);
    }

    private LeaseRecord released() {
        version++;
        return LeaseRecord.of(("masterlatch 1 released %016x".formatted(version)).getBytes(UTF_8));
    }

    private List<Candidate> queue() {
        return candidate == null ? List.of() : List.of(candidate);
    }

    @Override
    public synchronized CompletableFuture<List<Candidate>> candidates() {
        return CompletableFuture.completedFuture(queue());
    }

    @Override
    public synchronized void close() {
        record = released();
        node = null;
        candidate = null;
    }

    /** Returns a description for the log. */
    @Override
    public String toString() {
        return mode.words() + ", without ZooKeeper";
    }
}
