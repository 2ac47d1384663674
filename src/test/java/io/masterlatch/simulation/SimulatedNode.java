package io.masterlatch.simulation;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Master;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import io.masterlatch.latch.MasterNode;
import io.masterlatch.simulation.Request.Answer;
import io.masterlatch.simulation.Request.Kind;
import io.masterlatch.simulation.State.Znode;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The master's node, reached through the simulated client in the way {@code CuratorMasterNode} does through the real one. */
final class SimulatedNode implements MasterNode {

    private static final Reply LOST = new Failed(Failed.Kind.DISCONNECTED, "the connection was lost");

    private final Process process;
    private final String self;
    private final Mutant mutant;
    private @Nullable Client client;
    private long known;
    private Events events;
    private boolean watching;

    SimulatedNode(Process process, String self) {
        this.process = process;
        this.self = self;
        this.mutant = process.world.mutant;
    }

    @Nullable
    Client client() {
        return client;
    }

    @Override
    public void open(Events toTell) {
        events = toTell;
        watching = true;
        Client opened = new Client(process, new Client.Events() {

            @Override
            public void connected(long session, long attempt) {
                Session connected = new Session(session, Duration.ofNanos(process.world.setting.timeout()));
                events.connected(connected, mutant == Mutant.LATE_ATTEMPT ? process.clock.now() : attempt);
            }

            @Override
            public void disconnected() {
                events.disconnected("the connection was lost");
            }

            @Override
            public void sessionEnded() {
                events.sessionEnded("the session ended");
            }

            @Override
            public void stirred(boolean vacated) {
                if (watching) {
                    events.stirred(vacated);
                }
            }

            @Override
            public void left(String place) {
                events.left(place);
            }
        });
        client = opened;
        opened.open();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** Vanishes as with its process. */
    void abandon() {
        if (client != null) {
            client.abandon();
            client = null;
        }
    }

    @Override
    public void look(Order.Look look, Consumer<Reply> reply) {
        boolean readOnly = mutant == Mutant.READ_FOR_PROOF && look.proof();
        Kind kind = readOnly ? Kind.READ : look.proof() ? Kind.CHECK : Kind.SYNC;
        request(look, kind, "", -1, reply, (code, state) -> {
            Znode znode = state.master();
            boolean passed = code == Code.OK;
            if (!passed && code != Code.NO_NODE) {
                reply.accept(LOST);
            } else if (znode == null) {
                reply.accept(new Reply.Seen(new Seat.Vacant(), false));
            } else if (znode.modified() == known) {
                reply.accept(new Reply.Seen(held(look.session(), znode), passed && look.proof()));
            } else {
                read(look, znode.created(), passed && look.proof(), reply);
            }
        });
    }

    private void read(Order.Look look, long created, boolean proven, Consumer<Reply> reply) {
        request(look, Kind.READ, "", -1, reply, (code, state) -> {
            Znode znode = state.master();
            if (code != Code.OK) {
                reply.accept(LOST);
            } else if (znode == null || znode.created() != created) {
                reply.accept(new Failed(Failed.Kind.OVERTAKEN, "the node changed while it was read"));
            } else {
                known = znode.modified();
                reply.accept(new Reply.Seen(held(look.session(), znode), proven));
            }
        });
    }

    @Override
    public void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
        request(claim, Kind.CREATE, address, -1, reply, (code, state) -> {
            Znode znode = state.master();
            if (code == Code.OK && znode != null) {
                reply.accept(new Reply.Claimed(held(claim.session(), znode)));
            } else if (code == Code.NODE_EXISTS) {
                reply.accept(new Failed(Failed.Kind.OVERTAKEN, "another was faster"));
            } else if (mutant == Mutant.CLAIM_TAKEN_FOR_GRANTED) {
                long guessed = process.world.ensemble.committed().number() + 1;
                Znode granted = new Znode(claim.session().id(), address, guessed, guessed, 0);
                reply.accept(new Reply.Claimed(held(claim.session(), granted)));
            } else {
                reply.accept(LOST);
            }
        });
    }

    @Override
    public void survey(Order.Survey survey, Consumer<Reply> reply) {
        if (mutant == Mutant.NO_LINE) {
            reply.accept(new Failed(Failed.Kind.REFUSED, "there is no line"));
            return;
        }
        request(survey, Kind.READ, "", -1, reply, (code, state) -> {
            if (code != Code.OK) {
                reply.accept(LOST);
                return;
            }
            List<Candidate> line = state.line().stream()
                    .flatMap(place -> Candidate.of(place.name()).stream())
                    .sorted()
                    .toList();
            long self = survey.session().id();
            List<Candidate> ahead =
                    line.stream().takeWhile(other -> other.session() != self).toList();
            boolean stands = ahead.size() < line.size();
            placed(stands ? ahead.size() : -1, line.size());
            int first = watching ? 0 : ahead.size() - process.world.setting.front();
            List<Candidate> watched = stands ? line.subList(first, ahead.size() + 1) : List.of();
            watch(survey, watched.iterator(), new Reply.Surveyed(line, watching), reply);
        });
    }

    private void placed(int place, int length) {
        Setting setting = process.world.setting;
        boolean wanted = place < setting.front() || length <= setting.few();
        boolean again = wanted && !watching;
        watching = wanted;
        if (again) {
            events.stirred(false);
        }
    }

    private void watch(Order.Survey survey, Iterator<Candidate> watched, Reply outcome, Consumer<Reply> reply) {
        if (!watched.hasNext()) {
            reply.accept(outcome);
            return;
        }
        request(survey, Kind.WATCH, watched.next().name(), -1, reply, (code, state) -> {
            switch (code) {
                case OK -> watch(survey, watched, outcome, reply);
                case NO_NODE -> reply.accept(new Failed(Failed.Kind.OVERTAKEN, "the line moved while it was read"));
                default -> reply.accept(LOST);
            }
        });
    }

    @Override
    public void join(Order.Join join, String address, Consumer<Reply> reply) {
        request(
                join,
                Kind.JOIN,
                Candidate.prefix(join.session()),
                -1,
                reply,
                (code, state) -> reply.accept(code == Code.OK ? new Reply.Done() : LOST));
    }

    @Override
    public CompletableFuture<List<Standing>> candidates() {
        throw new UnsupportedOperationException("The election does not ask");
    }

    @Override
    public CompletableFuture<Void> sendBack(List<Candidate> candidates) {
        throw new UnsupportedOperationException("The election does not ask");
    }

    @Override
    public void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
        request(restore, Kind.WRITE, address, restore.version(), reply, (code, state) -> {
            switch (code) {
                case OK -> reply.accept(new Reply.Done());
                case NO_NODE, BAD_VERSION ->
                    reply.accept(new Failed(Failed.Kind.OVERTAKEN, "the node has changed again"));
                default -> reply.accept(LOST);
            }
        });
    }

    private void request(
            Order.Request order, Kind kind, String data, int version, Consumer<Reply> reply, Answer answer) {
        if (client == null || client.session() != order.session().id()) {
            reply.accept(LOST);
        } else {
            client.send(new Request(kind, data, version, answer));
        }
    }

    private Seat.Held held(Session session, Znode znode) {
        boolean taken = mutant == Mutant.OWNER_BY_ADDRESS && znode.data().equals(self);
        Master master = new Master(znode.data(), znode.created(), Instant.EPOCH, taken ? session.id() : znode.owner());
        return new Seat.Held(master, znode.version(), null);
    }
}
