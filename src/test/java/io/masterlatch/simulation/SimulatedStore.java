package io.masterlatch.simulation;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request.Claim;
import io.masterlatch.election.Request.CreateGuard;
import io.masterlatch.election.Request.CreateLease;
import io.masterlatch.election.Request.JoinQueue;
import io.masterlatch.election.Request.LeaveQueue;
import io.masterlatch.election.Request.Look;
import io.masterlatch.election.Request.ReadQueue;
import io.masterlatch.election.Request.Release;
import io.masterlatch.election.Request.RemoveLeftover;
import io.masterlatch.election.Request.Renew;
import io.masterlatch.election.Request.RestoreAddress;
import io.masterlatch.election.Request.WatchCandidate;
import io.masterlatch.election.Session;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The port on a simulated client. It follows that client as {@code ClientConnection} follows Curator's, and closes as
 * {@code CuratorMasterStore} does.
 */
final class SimulatedStore implements MasterStore {

    static final String THREAD = "masterlatch-client";

    private static final long RETRY = 2_000_000_000L;

    private final Process process;
    private final Client client;
    private final Set<String> ids = new HashSet<>();
    private final Runnable stateListener = this::changed;
    private @Nullable Consumer<Event> events;
    private @Nullable LeaseRequests lease;
    private @Nullable QueueRequests queue;
    private int handle;
    private boolean connected;
    private int openings;

    SimulatedStore(Process process, Client client) {
        this.process = process;
        this.client = client;
    }

    @Override
    public void open(Consumer<Event> opened) {
        events = opened;
        openings++;
        client.addListener(stateListener);
        retry(openings);
    }

    private void retry(int opening) {
        if (opening != openings) {
            return;
        }
        process.atTime(process.world.timeline.now() + 1, THREAD, () -> {
            if (opening == openings && !connected) {
                obtainHandle();
            }
        });
        process.after(RETRY, THREAD, () -> retry(opening));
    }

    private void changed() {
        if (client.isConnected()) {
            process.atTime(process.world.timeline.now() + 1, THREAD, this::obtainHandle);
        } else {
            connected = false;
            emit(new Event.Disconnected());
        }
    }

    private void obtainHandle() {
        if (events == null) {
            return;
        }
        if (client.faults.isRefusingHandles()) {
            process.world.occurred("no ZooKeeper client could be made");
            emit(new Event.ConnectError("the ZooKeeper client cannot be made: no thread", true));
        } else if (!client.isConnected()) {
            emit(new Event.ConnectError("no answer from the servers", false));
        } else {
            connected = true;
            if (lease == null || handle != client.handle()) {
                handle = client.handle();
                lease = new LeaseRequests(
                        client, () -> emit(new Event.NodeChanged()), () -> emit(new Event.GuardChanged()));
                queue = new QueueRequests(client, () -> emit(new Event.CandidateLeft()));
            }
            emit(new Event.Connected(new Session(client.session(), Duration.ofNanos(client.timeout()))));
            emit(new Event.StoreWarning("access", null));
        }
    }

    private void emit(Event event) {
        Consumer<Event> open = events;
        if (open != null) {
            open.accept(event);
        }
    }

    @Override
    public void send(io.masterlatch.election.Request request, Consumer<Reply> reply) {
        LeaseRequests leases = lease;
        QueueRequests candidates = queue;
        if (leases == null || candidates == null) {
            reply.accept(new Failed(Failed.Kind.UNANSWERED, "there is no connection to ZooKeeper"));
        } else if (request instanceof Look look) {
            leases.look(look, reply);
        } else if (request instanceof Renew renew) {
            leases.renew(renew, reply);
        } else if (request instanceof Claim claim) {
            leases.claim(claim, reply);
        } else if (request instanceof Release release) {
            leases.release(release, reply);
        } else if (request instanceof CreateLease create) {
            leases.createLease(create, reply);
        } else if (request instanceof CreateGuard) {
            leases.createGuard(reply);
        } else if (request instanceof RemoveLeftover remove) {
            leases.removeLeftover(remove, reply);
        } else if (request instanceof RestoreAddress restore) {
            leases.restoreAddress(restore, reply);
        } else if (request instanceof JoinQueue join) {
            ids.add(join.id());
            candidates.join(join, reply);
        } else if (request instanceof ReadQueue read) {
            candidates.read(read, reply);
        } else if (request instanceof WatchCandidate watch) {
            candidates.watch(watch, reply);
        } else if (request instanceof LeaveQueue leave) {
            candidates.leave(leave, reply);
        }
    }

    @Override
    public CompletableFuture<List<Candidate>> candidates() {
        throw new UnsupportedOperationException("The loop does not ask");
    }

    @Override
    public void close() {
        openings++;
        events = null;
        connected = false;
        client.removeListener(stateListener);
        Set<String> left = Set.copyOf(ids);
        ids.clear();
        if (!left.isEmpty()) {
            deleteCandidates(left);
        }
    }

    /** Curator repeats a background operation for as long as the client lives. */
    private void deleteCandidates(Set<String> left) {
        client.send(client.handle(), Request.read(Paths.QUEUE, false, null, children -> {
            if (children.code() != Code.OK && children.code() != Code.NO_NODE) {
                process.after(RETRY, THREAD, () -> deleteCandidates(left));
                return;
            }
            for (String name : children.state().children(Paths.QUEUE)) {
                if (CandidateNode.of(name)
                        .filter(node -> left.contains(node.id()))
                        .isPresent()) {
                    delete(name);
                }
            }
        }));
    }

    private void delete(String name) {
        client.send(client.handle(), Request.write(List.of(Op.delete(Paths.candidate(name), -1)), deleted -> {
            if (deleted.code() != Code.OK && deleted.code() != Code.NO_NODE) {
                process.after(RETRY, THREAD, () -> delete(name));
            }
        }));
    }
}
