package io.masterlatch.latch;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Start, close, and start again. */
class MasterLatchLifecycleTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final LatchFixture fixture = new LatchFixture();
    private final MasterLatch latch = fixture.latch;

    @AfterEach
    void close() {
        fixture.time.release();
        fixture.store.recover();
        latch.close();
    }

    @Test
    void doesNothingBeforeItIsStarted() {
        assertThat(latch.getState()).isEqualTo(State.LATENT);
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(latch.getLeader()).isEmpty();
        assertThat(latch.stuck()).isEmpty();
        assertThat(latch.mastership().problem(latch.now())).contains("the election is not started");
        assertThat(fixture.store.openings()).isZero();
        assertThat(threads.names()).isEmpty();
    }

    @Test
    void becomesMasterOnceStarted() {
        latch.start();

        assertThat(latch.getState()).isEqualTo(State.STARTED);
        assertThat(latch.hasLeadership()).isTrue();
        assertThat(latch.getId()).isEqualTo("here:1");
        assertThat(latch.getLeader()).hasValueSatisfying(master -> {
            assertThat(master.address()).isEqualTo("here:1");
            assertThat(master.holder()).isEqualTo(latch.mastership().id());
        });
        assertThat(fixture.store.isOurs()).isTrue();
    }

    @Test
    void startsWithoutWaitingForZooKeeper() {
        fixture.store.cutOff();
        latch.start();
        assertThat(latch.getState()).isEqualTo(State.STARTED);
        assertThat(fixture.role()).isEqualTo(Role.UNKNOWN);

        fixture.store.recover();

        assertThat(latch.hasLeadership()).isTrue();
    }

    /** A JVM that gets no more threads throws an Error. The log can do without one, unlike the election. */
    @Test
    void startsWithoutAThreadForItsLog() {
        AtomicBoolean full = new AtomicBoolean(true);
        InheritableThreadLocal<String> noThreads = new InheritableThreadLocal<>() {
            @Override
            protected String childValue(String parent) {
                if (full.get()) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                return parent;
            }
        };
        noThreads.set("inherited by each thread that is made here");
        try {
            latch.start();
        } finally {
            full.set(false);
            noThreads.remove();
        }

        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void cannotBeStartedTwice() {
        fixture.master();

        assertThatIllegalStateException().isThrownBy(latch::start).withMessageContaining("here:1");

        assertThat(latch.hasLeadership()).isTrue();
        assertThat(fixture.store.openings()).isOne();
    }

    @Test
    void hasReleasedWhenCloseReturns() {
        fixture.master();

        latch.close();

        assertThat(latch.getState()).isEqualTo(State.CLOSED);
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(latch.getLeader()).isEmpty();
        assertThat(fixture.store.record().isReleased()).isTrue();
        assertThat(fixture.store.record().address()).isEqualTo("here:1");
        assertThat(fixture.store.isOurs()).isFalse();
        assertThat(fixture.store.queued()).isEmpty();
        assertThat(fixture.store.open()).isFalse();
        threads.awaitNone();
    }

    @Test
    void closeReturnsWithinALeaseThoughZooKeeperNeverAnswers() {
        fixture.master();
        fixture.store.fallSilent();
        Thread closing = closeInBackground(new AtomicBoolean());
        assertThat(latch.hasLeadership()).isFalse();

        fixture.time.advanceMillis(2999);
        assertThat(closing.isAlive()).isTrue();
        fixture.time.advanceMillis(1);

        await().until(() -> !closing.isAlive());
        assertThat(latch.getState()).isEqualTo(State.CLOSED);
        assertThat(fixture.store.open()).isFalse();
    }

    @Test
    void closeReturnsWithinALeaseOfRealTimeThoughTheLoopIsHeldUp() {
        MasterLatch brief = fixture.latch(() -> "here:1", Duration.ofMillis(500));
        LeadershipCalls calls = new LeadershipCalls();
        brief.addListener(calls);
        brief.start();
        assertThat(brief.hasLeadership()).isTrue();
        fixture.time.hold();
        long began = System.nanoTime();

        brief.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
        assertThat(brief.hasLeadership()).isFalse();
        assertThat(fixture.store.record().isReleased()).isFalse();
        await().untilAsserted(() -> assertThat(calls.calls()).containsExactly("isLeader", "notLeader"));
    }

    @Test
    void closeKeepsAnInterruptAndWaitsAllTheSame() {
        fixture.master();
        fixture.store.fallSilent();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closing = closeInBackground(interrupted);

        closing.interrupt();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        fixture.time.advanceMillis(3000);

        await().until(() -> !closing.isAlive());
        assertThat(interrupted).isTrue();
    }

    @Test
    void closingWhatIsNotStartedDoesNothing() {
        latch.close();
        assertThat(latch.getState()).isEqualTo(State.LATENT);

        latch.start();
        latch.close();
        latch.close();
        assertThat(latch.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void canBeStartedAgainAndIsMasterWithAHigherEpochUnderAnotherId() {
        long epoch = 0;
        String id = "";
        for (int life = 1; life <= 5; life++) {
            fixture.master();
            assertThat(latch.getLeader().orElseThrow().epoch()).isGreaterThan(epoch);
            assertThat(latch.mastership().id()).isNotEqualTo(id);
            epoch = latch.getLeader().orElseThrow().epoch();
            id = latch.mastership().id();
            latch.close();
            assertThat(latch.hasLeadership()).isFalse();
        }
        assertThat(fixture.store.openings()).isEqualTo(5);
    }

    @Test
    void asksForTheAddressAtEachStart() {
        AtomicInteger port = new AtomicInteger(100);
        MasterLatch moving = fixture.latch(() -> "here:" + port.incrementAndGet(), LatchFixture.LEASE);
        assertThat(port).hasValue(100);

        moving.start();
        assertThat(moving.getLeader().orElseThrow().address()).isEqualTo("here:101");
        moving.close();
        moving.start();
        assertThat(moving.getId()).isEqualTo("here:102");
        assertThat(moving.getLeader().orElseThrow().address()).isEqualTo("here:102");
        moving.close();
    }

    @Test
    void isNotStartedWhenThereIsNoAddressToStartWith() {
        List<String> addresses = List.of("nonsense", "here:7");
        AtomicInteger asked = new AtomicInteger();
        MasterLatch late = fixture.latch(() -> addresses.get(asked.getAndIncrement()), LatchFixture.LEASE);

        assertThatIllegalArgumentException().isThrownBy(late::start).withMessageContaining("'nonsense'");

        assertThat(late.getState()).isEqualTo(State.LATENT);
        assertThat(fixture.store.openings()).isZero();
        late.start();
        assertThat(late.hasLeadership()).isTrue();
        late.close();
    }

    @Test
    void closesAndStartsOnThreadsOfItsOwn() {
        MasterLatch real = MasterLatch.builder(fixture.store).address("here:1").build();
        for (int life = 1; life <= 20; life++) {
            real.start();
            real.close();
            assertThat(real.hasLeadership()).isFalse();
            assertThat(fixture.store.open()).isFalse();
        }
        real.start();
        await().until(real::hasLeadership);
        real.close();
        threads.awaitNone();
    }

    private Thread closeInBackground(AtomicBoolean interrupted) {
        Thread closing = new Thread(() -> {
            latch.close();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        await().atMost(10, SECONDS).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        return closing;
    }
}
