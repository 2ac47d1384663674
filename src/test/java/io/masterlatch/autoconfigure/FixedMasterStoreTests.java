package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Action;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Event;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A day of an election on a store in memory, in virtual time. */
class FixedMasterStoreTests {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Deque<Event> events = new ArrayDeque<>();
    private int tokens;
    private long now = SECOND;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void itsAnswerStaysTheSameAndIsNoProblem(Mode mode) {
        Role role = mode == Mode.ALWAYS ? Role.MASTER : Role.OBSERVER;

        run(mode, Duration.ofDays(1), (mastership, clock) -> {
            assertThat(mastership.role(clock)).isEqualTo(role);
            assertThat(mastership.master(clock).map(master -> master.epoch()))
                    .isEqualTo(Optional.of(0L).filter(epoch -> role == Role.MASTER));
            assertThat(mastership.problem(clock)).isEmpty();
        });
    }

    private void run(Mode mode, Duration length, BiConsumer<Mastership, ClockReading> check) {
        FixedMasterStore store = new FixedMasterStore(mode, () -> "http://127.0.0.1:8080/");
        Election election = new Election("app1.example.com:9000", mode == Mode.ALWAYS, Mode.LEASE, () -> ++tokens);
        election.on(new Event.Start(), clock());
        store.open(events::add);
        long end = now + length.toNanos();
        while (now < end) {
            while (!events.isEmpty()) {
                election.on(events.remove(), clock());
            }
            Action action = election.next(clock());
            if (action instanceof Action.Send send) {
                store.send(send.request(), reply -> events.add(new Event.Replied(send.number(), reply)));
            } else if (action instanceof Action.Wait wait && events.isEmpty()) {
                if (now > 2 * SECOND) {
                    check.accept(election.snapshot(clock()), clock());
                }
                now = Math.max(Math.min(wait.until(), now + SECOND), now + 1);
            }
        }
    }

    private ClockReading clock() {
        return new ClockReading(now, Duration.ofNanos(now).toMillis());
    }
}
