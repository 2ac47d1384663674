package io.masterlatch.actuate;

import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Seat;
import io.masterlatch.latch.MasterNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Counts and times a node's requests: {@code masterlatch.claims} and {@code masterlatch.proofs}, by outcome. */
public class MeteredMasterNode implements MasterNode {

    private final MasterNode node;
    private final MeterRegistry registry;

    /**
     * Wraps a node.
     *
     * @param node the node that does the work
     * @param registry where to count
     */
    public MeteredMasterNode(MasterNode node, MeterRegistry registry) {
        this.node = node;
        this.registry = registry;
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
            time("masterlatch.proofs", "Proofs that the mastership still stands", look, outcome);
            reply.accept(outcome);
        });
    }

    @Override
    public void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
        node.claim(claim, address, outcome -> {
            time("masterlatch.claims", "Claims to the mastership", claim, outcome);
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
    public void close() {
        node.close();
    }

    private void time(String name, String description, Order.Request request, Reply outcome) {
        Timer.builder(name)
                .description(description)
                .tag("outcome", outcome(outcome))
                .register(registry)
                .record(System.nanoTime() - request.sent(), TimeUnit.NANOSECONDS);
    }

    private static String outcome(Reply reply) {
        if (reply instanceof Reply.Failed failed) {
            return failed.kind().name().toLowerCase(Locale.ROOT);
        }
        boolean lost = reply instanceof Reply.Seen seen && !(seen.proven() && seen.seat() instanceof Seat.Held);
        return lost ? "lost" : "success";
    }
}
