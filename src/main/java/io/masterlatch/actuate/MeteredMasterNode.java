package io.masterlatch.actuate;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Standing;
import io.masterlatch.latch.MasterNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Counts and times a node's requests: {@code masterlatch.claims} and {@code masterlatch.proofs}, by outcome. All outcomes are there
 * from the start, at zero, so that also the first failure is a rise.
 */
public class MeteredMasterNode implements MasterNode {

    private final MasterNode node;
    private final Map<Outcome, Timer> proofs;
    private final Map<Outcome, Timer> claims;

    /**
     * Wraps a node.
     *
     * @param node the node that does the work
     * @param registry where to count
     */
    public MeteredMasterNode(MasterNode node, MeterRegistry registry) {
        this.node = node;
        this.proofs = timers(registry, "masterlatch.proofs", "Proofs that the mastership still stands");
        this.claims = timers(registry, "masterlatch.claims", "Claims to the mastership");
    }

    @Override
    public void open(Events events) {
        node.open(events);
    }

    @Override
    public void look(Order.Look look, Consumer<Reply> reply) {
        if (!look.proof()) {
            node.look(look, reply);
            return;
        }
        node.look(look, outcome -> {
            time(proofs, look, outcome);
            reply.accept(outcome);
        });
    }

    @Override
    public void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
        node.claim(claim, address, outcome -> {
            time(claims, claim, outcome);
            reply.accept(outcome);
        });
    }

    @Override
    public void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
        node.restore(restore, address, reply);
    }

    @Override
    public void survey(Order.Survey survey, Consumer<Reply> reply) {
        node.survey(survey, reply);
    }

    @Override
    public void join(Order.Join join, String address, Consumer<Reply> reply) {
        node.join(join, address, reply);
    }

    @Override
    public CompletableFuture<List<Standing>> candidates() {
        return node.candidates();
    }

    @Override
    public CompletableFuture<Void> sendBack(List<Candidate> candidates) {
        return node.sendBack(candidates);
    }

    @Override
    public void close() {
        node.close();
    }

    @Override
    public String toString() {
        return node.toString();
    }

    private static Map<Outcome, Timer> timers(MeterRegistry registry, String name, String description) {
        Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            Timer timer = Timer.builder(name)
                    .description(description)
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
            timers.put(outcome, timer);
        }
        return timers;
    }

    private static void time(Map<Outcome, Timer> timers, Order.Request request, Reply reply) {
        Timer timer = Objects.requireNonNull(timers.get(Outcome.of(request, reply)));
        timer.record(System.nanoTime() - request.sent(), TimeUnit.NANOSECONDS);
    }

    private enum Outcome {
        SUCCESS,
        /** A proof found that the node is not this instance's any more. */
        LOST,
        DISCONNECTED,
        OVERTAKEN,
        REFUSED;

        static Outcome of(Order.Request request, Reply reply) {
            if (reply instanceof Reply.Failed failed) {
                return switch (failed.kind()) {
                    case DISCONNECTED -> DISCONNECTED;
                    case OVERTAKEN -> OVERTAKEN;
                    case REFUSED, EXCLUDED -> REFUSED;
                };
            }
            return reply instanceof Reply.Seen seen && !proves(request, seen) ? LOST : SUCCESS;
        }

        private static boolean proves(Order.Request request, Reply.Seen seen) {
            return seen.proven()
                    && seen.seat() instanceof Seat.Held held
                    && held.master().session() == request.session().id();
        }
    }
}
