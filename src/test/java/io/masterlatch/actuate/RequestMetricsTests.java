package io.masterlatch.actuate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.election.TakeOver;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestMetricsTests {

    private static final LeaseRecord RECORD =
            LeaseRecord.of("masterlatch 1 aaaaaaaaaaaaaaaa 1111111111111111 3000 7 a:1".getBytes(UTF_8));
    private static final Reply WRITTEN = new Reply.Written(new LeaseNode(1, 8, 2, RECORD), null);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HeldStore store = new HeldStore();
    private final RequestMetrics metrics = new RequestMetrics(() -> "/master");
    private final MasterStore metered = metrics.decorate(store);
    private final List<Reply> replies = new ArrayList<>();

    @BeforeEach
    void bind() {
        metrics.bindTo(registry);
    }

    @Test
    void hasEverySeriesFromTheStart() {
        assertThat(outcomes("masterlatch.renewals"))
                .containsExactlyInAnyOrder("renewed", "conflict", "unanswered", "refused");
        assertThat(outcomes("masterlatch.claims"))
                .containsExactlyInAnyOrder("claimed", "conflict", "unanswered", "refused");
        assertThat(registry.get("masterlatch.take.overs").counters())
                .allSatisfy(counter -> assertThat(counter.count()).isZero())
                .extracting(counter -> counter.getId().getTag("cause"))
                .containsExactlyInAnyOrder("released", "lapsed", "expired", "unheld");
    }

    @Test
    void timesARenewalFromItsSendingToItsReply() {
        metered.send(new Request.Renew(RECORD, 1), replies::add);
        assertThat(timer("masterlatch.renewals", "renewed").count()).isZero();

        store.answer(WRITTEN);

        Timer timer = timer("masterlatch.renewals", "renewed");
        assertThat(timer.count()).isOne();
        assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
        assertThat(replies).containsExactly(WRITTEN);
    }

    @ParameterizedTest
    @CsvSource({
        "CONFLICT, conflict",
        "NO_LEASE, conflict",
        "NODE_CHANGED, conflict",
        "UNANSWERED, unanswered",
        "REFUSED, refused"
    })
    void countsFailuresByTheirKind(Kind kind, String outcome) {
        Failed failed = new Failed(kind, "why");
        metered.send(new Request.Renew(RECORD, 1), replies::add);
        store.answer(failed);
        metered.send(new Request.Claim(RECORD, 1, null, null, TakeOver.LAPSED), replies::add);
        store.answer(failed);

        assertThat(timer("masterlatch.renewals", outcome).count()).isOne();
        assertThat(timer("masterlatch.claims", outcome).count()).isOne();
        assertThat(takeOvers()).isZero();
        assertThat(replies).containsExactly(failed, failed);
    }

    @ParameterizedTest
    @EnumSource(value = TakeOver.class, mode = EnumSource.Mode.EXCLUDE, names = "OWN")
    void countsTakeOversByTheirCause(TakeOver cause) {
        metered.send(new Request.Claim(RECORD, 1, null, null, cause), replies::add);
        store.answer(WRITTEN);

        assertThat(timer("masterlatch.claims", "claimed").count()).isOne();
        assertThat(registry.get("masterlatch.take.overs")
                        .tag("cause", cause.name().toLowerCase(java.util.Locale.ROOT))
                        .counter()
                        .count())
                .isOne();
        assertThat(takeOvers()).isOne();
    }

    @Test
    void aClaimAnewIsNoTakeOver() {
        metered.send(new Request.Claim(RECORD, 1, 1, null, TakeOver.OWN), replies::add);
        store.answer(WRITTEN);

        assertThat(timer("masterlatch.claims", "claimed").count()).isOne();
        assertThat(takeOvers()).isZero();
    }

    @Test
    void doesNotMeasureALook() {
        metered.send(new Request.Look(false, true, true, null), replies::add);
        store.answer(new Reply.Looked(null, null, null, false));

        assertThat(registry.get("masterlatch.renewals").timers())
                .allSatisfy(timer -> assertThat(timer.count()).isZero());
        assertThat(registry.get("masterlatch.claims").timers())
                .allSatisfy(timer -> assertThat(timer.count()).isZero());
        assertThat(replies).hasSize(1);
    }

    private List<String> outcomes(String name) {
        return registry.get(name).timers().stream()
                .map(timer -> timer.getId().getTag("outcome"))
                .toList();
    }

    private Timer timer(String name, String outcome) {
        return registry.get(name).tag("outcome", outcome).timer();
    }

    private double takeOvers() {
        return registry.get("masterlatch.take.overs").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** Holds a request until a test answers it. */
    private static final class HeldStore implements MasterStore {

        private Consumer<Reply> reply = answer -> {};

        void answer(Reply answer) {
            reply.accept(answer);
        }

        @Override
        public void open(Consumer<Event> events) {}

        @Override
        public void send(Request request, Consumer<Reply> taker) {
            reply = taker;
        }

        @Override
        public CompletableFuture<List<Candidate>> candidates() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {}
    }
}
