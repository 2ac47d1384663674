package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Event;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Request;
import io.masterlatch.election.Role;
import io.masterlatch.testing.FakeMasterStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The loop goes on whatever is thrown, and publishes what it knows before it acts. */
class ElectionLoopTests {

    private static final Duration LEASE = Duration.ofSeconds(3);

    private final VirtualTime time = new VirtualTime();
    private final FakeMasterStore fake = new FakeMasterStore();
    private final Outlet outlet = new Outlet();
    private final Store store = new Store();
    private final ElectionLoop loop = new ElectionLoop(
            new Election("here:1", true, LEASE, new AtomicLong()::incrementAndGet),
            store,
            time,
            time.timer(),
            LEASE,
            outlet);

    @Test
    void stepsFromAStartToTheMastership() {
        loop.start();

        assertThat(role()).isEqualTo(Role.MASTER);
        assertThat(outlet.failures).isEmpty();
    }

    @Test
    void aSendThatThrowsIsAnUnansweredRequest() {
        store.failure = new IllegalStateException("as the test wants it");
        loop.start();
        assertThat(role()).isEqualTo(Role.UNKNOWN);
        int sent = store.sent.size();

        time.advanceMillis(150);
        assertThat(store.sent).hasSize(sent + 1);
        store.failure = null;
        time.advanceMillis(150);

        assertThat(role()).isEqualTo(Role.MASTER);
        assertThat(outlet.failures).isEmpty();
    }

    @Test
    void aSendThatThrowsAnErrorCostsNoMastership() {
        loop.start();
        store.failure = new OutOfMemoryError("as the test wants it");
        time.advanceMillis(2000);
        store.failure = null;
        time.advanceMillis(200);

        assertThat(role()).isEqualTo(Role.MASTER);
        assertThat(outlet.changes).hasSize(2);
    }

    @Test
    void anOutletThatThrowsIsReportedAndTheTickGoesOn() {
        outlet.failure = new StackOverflowError("as the test wants it");
        loop.start();
        assertThat(outlet.failures).isNotEmpty();
        time.advanceMillis(3000);

        outlet.failure = null;
        time.advanceMillis(600);

        assertThat(role()).isEqualTo(Role.MASTER);
    }

    @Test
    void ticksEveryFifthOfALease() {
        loop.start();
        int ticks = outlet.ticks;
        time.advanceMillis(6000);

        assertThat(outlet.ticks).isEqualTo(ticks + 10);
    }

    @Test
    void publishesThatItIsNotMasterBeforeTheReleaseIsSent() {
        loop.start();
        store.beforeSend = request -> {
            if (request instanceof Request.Release) {
                outlet.order.add("release sent as " + role());
            }
        };
        outlet.order.clear();

        loop.command(ticket -> new Event.Withdraw(ticket, "withdrawn"));

        assertThat(outlet.order)
                .singleElement()
                .asString()
                .startsWith("release sent as ")
                .doesNotContain("MASTER");
    }

    @Test
    void aCommandIsAnsweredWithItsOutcome() {
        loop.start();
        CompletableFuture<ReleaseOutcome> first = loop.command(ticket -> new Event.Withdraw(ticket, "withdrawn"));
        CompletableFuture<ReleaseOutcome> second = loop.command(ticket -> new Event.Withdraw(ticket, "withdrawn"));

        assertThat(first).isCompletedWithValue(ReleaseOutcome.RELEASED);
        assertThat(second).isCompletedWithValue(ReleaseOutcome.NOT_HELD);
    }

    @Test
    void aCommandIsAnsweredAlthoughItsEndCouldNotBePublished() {
        loop.start();
        store.beforeSend = request -> {
            if (request instanceof Request.Release) {
                outlet.failure = new IllegalStateException("as the test wants it");
            }
        };
        CompletableFuture<ReleaseOutcome> outcome = loop.command(ticket -> new Event.Withdraw(ticket, "withdrawn"));
        assertThat(outcome).isNotDone();

        outlet.failure = null;
        time.advanceMillis(600);

        assertThat(outcome).isCompletedWithValue(ReleaseOutcome.RELEASED);
    }

    @Test
    void theTimerOfTheLeaseEndsItWithoutATick() {
        loop.start();
        fake.fallSilent();
        int ticks = outlet.ticks;

        time.advanceMillis(2999);
        assertThat(outlet.last.role(time.get())).isEqualTo(Role.MASTER);
        time.advanceMillis(1);

        assertThat(outlet.changes.get(2).from()).isEqualTo(Role.MASTER);
        assertThat(outlet.ticks - ticks).isEqualTo(5);
    }

    @Test
    void isStuckWhenItHasNotSteppedForTenLeases() {
        loop.start();
        time.advanceMillis(60_000);
        assertThat(loop.stuck()).isEmpty();

        time.hold();
        time.advanceMillis(30_000);
        assertThat(loop.stuck()).isEmpty();
        time.advanceMillis(1);

        assertThat(loop.stuck()).contains("the election has not run for 30 s");
    }

    @Test
    void aClosedLoopSendsAndPublishesNothing() {
        loop.start();
        Consumer<Reply> late = store.lastReply;
        loop.close();
        int sent = store.sent.size();
        int published = outlet.published;

        late.accept(new Reply.Done());
        store.listener.accept(new Event.NodeChanged());
        time.advanceMillis(60_000);

        assertThat(store.sent).hasSize(sent);
        assertThat(outlet.published).isEqualTo(published);
        assertThat(fake.open()).isFalse();
    }

    @Test
    void closingAnswersTheCommandsThatWait() {
        loop.start();
        fake.fallSilent();
        CompletableFuture<ReleaseOutcome> outcome = loop.command(ticket -> new Event.Withdraw(ticket, "withdrawn"));
        assertThat(outcome).isNotDone();

        loop.close();

        assertThat(outcome).isCompletedWithValue(ReleaseOutcome.UNCONFIRMED);
    }

    private Role role() {
        return outlet.last == null ? Role.UNKNOWN : outlet.last.role(time.get());
    }

    /** Throws in place of sending, if that is what the test wants. */
    private final class Store implements MasterStore {

        private final List<Request> sent = new ArrayList<>();
        private Consumer<Request> beforeSend = request -> {};
        private @Nullable Throwable failure;
        private @Nullable Consumer<Event> listener;
        private @Nullable Consumer<Reply> lastReply;

        @Override
        public void open(Consumer<Event> events) {
            listener = events;
            fake.open(events);
        }

        @Override
        public void send(Request request, Consumer<Reply> reply) {
            sent.add(request);
            lastReply = reply;
            beforeSend.accept(request);
            throwIfWanted(failure);
            fake.send(request, reply);
        }

        @Override
        public CompletableFuture<List<Candidate>> candidates() {
            return fake.candidates();
        }

        @Override
        public void close() {
            fake.close();
        }
    }

    private static void throwIfWanted(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    private static final class Outlet implements ElectionLoop.Outlet {

        @Override
        public void close(Mastership closed, ReleaseOutcome outcome) {}

        private final List<MastershipChange> changes = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private final List<String> order = new ArrayList<>();
        private @Nullable Throwable failure;
        private @Nullable Mastership last;
        private int published;
        private int ticks;

        @Override
        public void publish(Mastership mastership) {
            throwIfWanted(failure);
            last = mastership;
            published++;
        }

        @Override
        public void changed(MastershipChange change) {
            changes.add(change);
        }

        @Override
        public void notice(String sentence) {}

        @Override
        public void failed(Throwable problem) {
            failures.add(problem);
        }

        @Override
        public void tick(Mastership latest, ClockReading now) {
            ticks++;
        }
    }
}
