package io.masterlatch.actuate;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Master;
import io.masterlatch.election.Order;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Session;
import io.masterlatch.election.Candidate;
import io.masterlatch.election.MasterStore;
import io.masterlatch.testing.FakeMasterStore;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeteredMasterStoreTests {

    private static final Session SESSION = new Session(7, Duration.ofSeconds(10));
    private static final Seat.Held OWN =
            new Seat.Held(new Master("self:1", 1, FakeMasterStore.SINCE, SESSION.id()), 0, null);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AnsweringNode node = new AnsweringNode();
    private final MeteredMasterStore metered = new MeteredMasterStore(node, registry);
    private final List<Reply> replies = new ArrayList<>();

    @Test
    void hasEveryOutcomeFromTheStart() {
        for (String name : List.of("masterlatch.proofs", "masterlatch.claims")) {
            assertThat(registry.get(name).timers())
                    .extracting(timer -> timer.getId().getTag("outcome"))
                    .containsExactlyInAnyOrder("success", "lost", "disconnected", "overtaken", "refused");
            assertThat(registry.get(name).timers())
                    .allSatisfy(timer -> assertThat(timer.count()).isZero());
        }
    }

    @Test
    void timesAProofFromItsSending() {
        prove(new Reply.Seen(OWN, true));

        Timer timer = timer("masterlatch.proofs", "success");
        assertThat(timer.count()).isOne();
        assertThat(timer.totalTime(TimeUnit.SECONDS)).isBetween(1.0, 100.0);
        assertThat(replies).containsExactly(new Reply.Seen(OWN, true));
    }

    @Test
    void countsAProofAsLostThatFindsNoNode() {
        prove(new Reply.Seen(FakeMasterStore.vacant(), false));

        assertThat(timer("masterlatch.proofs", "lost").count()).isOne();
    }

    @Test
    void countsAProofAsLostThatFindsAnothersNode() {
        prove(new Reply.Seen(heldBy("other:1"), true));

        assertThat(timer("masterlatch.proofs", "lost").count()).isOne();
        assertThat(timer("masterlatch.proofs", "success").count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "EXCLUDED")
    void countsFailuresByTheirKind(Kind kind) {
        prove(new Failed(kind, "why"));
        claim(new Failed(kind, "why"));
        claim(new Failed(kind, "why"));

        String outcome = kind.name().toLowerCase(java.util.Locale.ROOT);
        assertThat(timer("masterlatch.proofs", outcome).count()).isOne();
        assertThat(timer("masterlatch.claims", outcome).count()).isEqualTo(2);
    }

    @Test
    void countsClaims() {
        claim(new Reply.Claimed(OWN));

        assertThat(timer("masterlatch.claims", "success").count()).isOne();
        assertThat(replies).containsExactly(new Reply.Claimed(OWN));
    }

    @Test
    void countsNoLookThatProvesNothing() {
        node.answer = new Reply.Seen(FakeMasterStore.vacant(), false);
        metered.look(new Order.Look(1, SESSION, System.nanoTime(), false), replies::add);

        assertThat(registry.get("masterlatch.proofs").timers())
                .allSatisfy(timer -> assertThat(timer.count()).isZero());
        assertThat(replies).hasSize(1);
    }

    private void prove(Reply answer) {
        node.answer = answer;
        metered.look(new Order.Look(1, SESSION, aSecondAgo(), true), replies::add);
    }

    private void claim(Reply answer) {
        node.answer = answer;
        metered.claim(new Order.Claim(1, SESSION, aSecondAgo()), "self:1", replies::add);
    }

    private Timer timer(String name, String outcome) {
        return registry.get(name).tag("outcome", outcome).timer();
    }

    private static long aSecondAgo() {
        return System.nanoTime() - Duration.ofSeconds(1).toNanos();
    }

    private static final class AnsweringNode implements MasterStore {

        private Reply answer;

        @Override
        public void open(Events events) {}

        @Override
        public void look(Order.Look look, Consumer<Reply> reply) {
            reply.accept(answer);
        }

        @Override
        public void claim(Order.Claim claim, String address, Consumer<Reply> reply) {
            reply.accept(answer);
        }

        @Override
        public void restore(Order.Restore restore, String address, Consumer<Reply> reply) {
            reply.accept(answer);
        }

        @Override
        public void survey(Order.Survey survey, Consumer<Reply> reply) {
            reply.accept(answer);
        }

        @Override
        public void join(Order.Join join, String address, Consumer<Reply> reply) {
            reply.accept(answer);
        }

        @Override
        public CompletableFuture<List<Standing>> candidates() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Void> sendBack(List<Candidate> candidates) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }
}
