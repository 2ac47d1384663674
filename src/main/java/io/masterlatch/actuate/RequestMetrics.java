package io.masterlatch.actuate;

import io.masterlatch.autoconfigure.MasterStoreDecorator;
import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.election.TakeOver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures renewals and claims by outcome, in the timers {@code masterlatch.renewals} and {@code masterlatch.claims},
 * and counts take-overs by cause in {@code masterlatch.take.overs}. All series are there from the start, at zero.
 */
final class RequestMetrics implements MeterBinder, MasterStoreDecorator {

    private final Supplier<String> election;
    private final List<Meters> bound = new CopyOnWriteArrayList<>();

    /** Creates the metrics; the name of the election is asked for when they are bound. */
    RequestMetrics(Supplier<String> election) {
        this.election = election;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bound.add(new Meters(registry, Tags.of(MasterMetrics.ELECTION, election.get())));
    }

    @Override
    public MasterStore decorate(MasterStore store) {
        return new MeteredStore(store);
    }

    private final class MeteredStore implements MasterStore {

        private final MasterStore store;

        MeteredStore(MasterStore store) {
            this.store = store;
        }

        @Override
        public void open(Consumer<Event> events) {
            store.open(events);
        }

        @Override
        public void send(Request request, Consumer<Reply> reply) {
            if (!(request instanceof Request.Renew || request instanceof Request.Claim)) {
                store.send(request, reply);
                return;
            }
            long sent = System.nanoTime();
            store.send(request, answer -> {
                long nanos = System.nanoTime() - sent;
                bound.forEach(meters -> meters.record(request, answer, nanos));
                reply.accept(answer);
            });
        }

        @Override
        public CompletableFuture<List<Candidate>> candidates() {
            return store.candidates();
        }

        @Override
        public void close() {
            store.close();
        }

        @Override
        public String toString() {
            return store.toString();
        }
    }

    /** The meters in one registry. */
    private static final class Meters {

        private final Map<String, Timer> renewals;
        private final Map<String, Timer> claims;
        private final Map<TakeOver, Counter> takeOvers = new EnumMap<>(TakeOver.class);

        Meters(MeterRegistry registry, Tags tags) {
            renewals = timers(registry, tags, "masterlatch.renewals", "Renewals of the lease", "renewed");
            claims = timers(registry, tags, "masterlatch.claims", "Claims to the lease", "claimed");
            for (TakeOver cause : TakeOver.values()) {
                if (cause != TakeOver.OWN) {
                    Counter counter = Counter.builder("masterlatch.take.overs")
                            .description(
                                    "How often this instance took the mastership over, by what had freed the lease")
                            .tags(tags)
                            .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                            .register(registry);
                    takeOvers.put(cause, counter);
                }
            }
        }

        private static Map<String, Timer> timers(
                MeterRegistry registry, Tags tags, String name, String description, String success) {
            Timer.Builder timer = Timer.builder(name).description(description).tags(tags);
            return Stream.of(success, "conflict", "unanswered", "refused")
                    .collect(Collectors.toMap(
                            outcome -> outcome,
                            outcome -> timer.tag("outcome", outcome).register(registry)));
        }

        void record(Request request, Reply reply, long nanos) {
            Request.Claim claim = request instanceof Request.Claim asked ? asked : null;
            String success = claim == null ? "renewed" : "claimed";
            String outcome = reply instanceof Reply.Failed failed ? outcome(failed.kind()) : success;
            Objects.requireNonNull((claim == null ? renewals : claims).get(outcome))
                    .record(nanos, TimeUnit.NANOSECONDS);
            if (claim != null && reply instanceof Reply.Written && claim.cause() != TakeOver.OWN) {
                Objects.requireNonNull(takeOvers.get(claim.cause())).increment();
            }
        }

        private static String outcome(Kind kind) {
            return switch (kind) {
                case CONFLICT, NO_LEASE, NODE_CHANGED -> "conflict";
                case UNANSWERED -> "unanswered";
                case REFUSED -> "refused";
            };
        }
    }
}
