package io.masterlatch.actuate;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.election.TakeOver;
import io.micrometer.core.instrument.Counter;
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
 * Measures a store's renewals and claims by outcome, in the timers {@code masterlatch.renewals} and {@code masterlatch.claims}, and counts
 * take-overs by cause in {@code masterlatch.take.overs}. All series are there from the start, at zero.
 */
public class MeteredMasterStore implements MasterStore {

    private final MasterStore store;
    private final Timers renewals;
    private final Timers claims;
    private final Map<TakeOver, Counter> takeOvers = new EnumMap<>(TakeOver.class);

    /**
     * Creates a store that measures another.
     *
     * @param store the store that does the work
     * @param registry the registry of the meters
     */
    public MeteredMasterStore(MasterStore store, MeterRegistry registry) {
        this.store = store;
        this.renewals = new Timers(registry, "masterlatch.renewals", "Renewals of the lease", "renewed");
        this.claims = new Timers(registry, "masterlatch.claims", "Claims to the lease", "claimed");
        for (TakeOver cause : TakeOver.values()) {
            if (cause != TakeOver.OWN) {
                Counter counter = Counter.builder("masterlatch.take.overs")
                        .description("How often this instance took the mastership over, by what had freed the lease")
                        .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                        .register(registry);
                takeOvers.put(cause, counter);
            }
        }
    }

    @Override
    public void open(Consumer<Event> events) {
        store.open(events);
    }

    @Override
    public void send(Request request, Consumer<Reply> reply) {
        Timers timers = request instanceof Request.Renew ? renewals : request instanceof Request.Claim ? claims : null;
        if (timers == null) {
            store.send(request, reply);
            return;
        }
        long sent = System.nanoTime();
        store.send(request, answer -> {
            timers.record(answer, System.nanoTime() - sent);
            Counter takeOver = request instanceof Request.Claim claim ? takeOvers.get(claim.cause()) : null;
            if (takeOver != null && answer instanceof Reply.Written) {
                takeOver.increment();
            }
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

    /** The timers of one kind of request. */
    private static final class Timers {

        private final Timer done;
        private final Map<Kind, Timer> failed = new EnumMap<>(Kind.class);

        Timers(MeterRegistry registry, String name, String description, String success) {
            Timer.Builder timer = Timer.builder(name).description(description);
            done = timer.tag("outcome", success).register(registry);
            for (Kind kind : Kind.values()) {
                failed.put(kind, timer.tag("outcome", outcome(kind)).register(registry));
            }
        }

        void record(Reply reply, long nanos) {
            Timer timer = reply instanceof Reply.Failed failure ? failed.get(failure.kind()) : done;
            Objects.requireNonNull(timer).record(nanos, TimeUnit.NANOSECONDS);
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
