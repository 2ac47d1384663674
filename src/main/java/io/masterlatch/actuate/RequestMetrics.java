package io.masterlatch.actuate;

import io.masterlatch.autoconfigure.DelegatingMasterStore;
import io.masterlatch.autoconfigure.MasterStoreDecorator;
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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
        Meters meters = new Meters(registry, Tags.of(MasterMetrics.ELECTION, election.get()));
        meters.registerAll();
        bound.add(meters);
    }

    @Override
    public MasterStore decorate(MasterStore store) {
        return new DelegatingMasterStore(store) {

            @Override
            public void send(Request request, Consumer<Reply> reply) {
                if (!(request instanceof Request.Renew || request instanceof Request.Claim)) {
                    super.send(request, reply);
                    return;
                }
                long sent = System.nanoTime();
                super.send(request, answer -> {
                    long nanos = System.nanoTime() - sent;
                    bound.forEach(meters -> meters.record(request, answer, nanos));
                    reply.accept(answer);
                });
            }
        };
    }

    /** The meters in one registry, which makes each of them once. */
    private record Meters(MeterRegistry registry, Tags tags) {

        void registerAll() {
            renewals("renewed");
            claims("claimed");
            for (Kind kind : Kind.values()) {
                renewals(outcome(kind));
                claims(outcome(kind));
            }
            Stream.of(TakeOver.values()).filter(cause -> cause != TakeOver.OWN).forEach(this::takeOvers);
        }

        void record(Request request, Reply reply, long nanos) {
            String failure = reply instanceof Reply.Failed failed ? outcome(failed.kind()) : null;
            if (request instanceof Request.Claim claim) {
                claims(failure == null ? "claimed" : failure).record(nanos, TimeUnit.NANOSECONDS);
                if (reply instanceof Reply.Written && claim.cause() != TakeOver.OWN) {
                    takeOvers(claim.cause()).increment();
                }
            } else {
                renewals(failure == null ? "renewed" : failure).record(nanos, TimeUnit.NANOSECONDS);
            }
        }

        private static String outcome(Kind kind) {
            return switch (kind) {
                case CONFLICT, NO_LEASE, NODE_CHANGED -> "conflict";
                case UNANSWERED -> "unanswered";
                case REFUSED -> "refused";
            };
        }

        private Timer renewals(String outcome) {
            return timer("masterlatch.renewals", "Renewals of the lease", outcome);
        }

        private Timer claims(String outcome) {
            return timer("masterlatch.claims", "Claims to the lease", outcome);
        }

        private Timer timer(String name, String description, String outcome) {
            return Timer.builder(name)
                    .description(description)
                    .tags(tags.and("outcome", outcome))
                    .register(registry);
        }

        private Counter takeOvers(TakeOver cause) {
            return Counter.builder("masterlatch.take.overs")
                    .description("How often this instance took the mastership over, by what had freed the lease")
                    .tags(tags.and("cause", cause.name().toLowerCase(Locale.ROOT)))
                    .register(registry);
        }
    }
}
