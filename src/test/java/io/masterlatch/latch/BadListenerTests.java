package io.masterlatch.latch;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.MasterLatch.State;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners and executors that misbehave harm neither the election nor each other. */
class BadListenerTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final FakeMasterNode node = new FakeMasterNode();
    private final MasterLatch latch = new MasterLatch(node, "here:1");
    private final LeadershipCalls good = new LeadershipCalls();
    private final LeadershipCalls bad = new LeadershipCalls();

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void aListenerThatThrowsIsCalledAgain() {
        latch.addListener(calling(bad, () -> {
            throw new IllegalStateException("as the test wants it");
        }));
        latch.addListener(good);
        latch.start();
        await().until(() -> good.calls().size() == 1);
        latch.close();

        await().untilAsserted(() -> {
            assertThat(bad.calls()).containsExactly("isLeader", "notLeader");
            assertThat(good.calls()).containsExactly("isLeader", "notLeader");
        });
    }

    @Test
    void aListenerThatThrowsAnErrorIsCalledAgain() {
        latch.addListener(calling(bad, () -> {
            throw new StackOverflowError("as the test wants it");
        }));
        latch.start();
        await().until(() -> bad.calls().size() == 1);
        latch.close();

        await().untilAsserted(() -> assertThat(bad.calls()).containsExactly("isLeader", "notLeader"));
    }

    @Test
    void aListenerThatBlocksForEverHoldsNobodyUp() {
        CountDownLatch end = new CountDownLatch(1);
        latch.addListener(calling(bad, () -> awaitQuietly(end)));
        latch.addListener(good);
        latch.start();
        await().until(() -> bad.calls().size() == 1);

        node.delete();
        await().untilAsserted(() -> assertThat(good.calls()).containsExactly("isLeader", "notLeader", "isLeader"));
        assertThat(latch.hasLeadership()).isTrue();
        latch.close();

        assertThat(node.isOpen()).isFalse();
        await().until(() -> good.calls().size() == 4);
        assertThat(bad.calls()).containsExactly("isLeader");
        end.countDown();
        await().untilAsserted(() ->
                assertThat(bad.calls()).containsExactly("isLeader", "notLeader", "isLeader", "notLeader"));
    }

    @Test
    void anExecutorThatBlocksForEverHoldsNobodyUp() {
        CountDownLatch end = new CountDownLatch(1);
        latch.addListener(bad, task -> awaitQuietly(end));
        latch.addListener(good);
        latch.start();

        await().until(() -> good.calls().size() == 1);
        latch.close();
        await().until(() -> good.calls().size() == 2);
        assertThat(bad.calls()).isEmpty();
        end.countDown();
    }

    /** How an executor may fail. */
    enum Failure {
        REJECTION(RejectedExecutionException::new),
        EXCEPTION(IllegalStateException::new);

        private final Function<String, RuntimeException> exception;

        Failure(Function<String, RuntimeException> exception) {
            this.exception = exception;
        }
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void anExecutorThatFailsLosesThatCallOnly(Failure failure) {
        AtomicReference<RuntimeException> exception =
                new AtomicReference<>(failure.exception.apply("as the test wants it"));
        CountDownLatch refused = new CountDownLatch(1);
        Executor executor = task -> {
            if (exception.get() != null) {
                refused.countDown();
                throw exception.get();
            }
            task.run();
        };
        latch.addListener(bad, executor);
        latch.addListener(good);
        latch.start();
        await().until(() -> good.calls().size() == 1);
        awaitQuietly(refused);
        await().until(threads::areWaiting);

        exception.set(null);
        node.delete();

        await().until(() -> good.calls().size() == 3);
        await().untilAsserted(() -> assertThat(bad.calls()).containsExactly("notLeader", "isLeader"));
    }

    @Test
    void anExecutorThatRunsAtOnceMayCloseTheLatch() {
        latch.addListener(good, task -> {
            task.run();
            if (!good.calls().isEmpty()) {
                latch.close();
            }
        });
        latch.start();

        await().until(() -> latch.getState() == State.CLOSED && !node.isOpen());
        await().untilAsserted(() -> assertThat(good.calls()).containsExactly("isLeader", "notLeader"));
    }

    @Test
    void aListenerMayCloseTheLatch() {
        AtomicReference<Duration> closing = new AtomicReference<>();
        latch.addListener(calling(good, () -> {
            long began = System.nanoTime();
            latch.close();
            closing.compareAndSet(null, Duration.ofNanos(System.nanoTime() - began));
        }));
        latch.start();

        await().until(() -> closing.get() != null);
        assertThat(closing.get()).isLessThan(Duration.ofSeconds(5));
        assertThat(node.isOpen()).isFalse();
        await().untilAsserted(() -> assertThat(good.calls()).containsExactly("isLeader", "notLeader"));
    }

    @Test
    void aListenerMayStartTheLatchAgain() {
        AtomicBoolean restarted = new AtomicBoolean();
        latch.addListener(new LeaderLatchListener() {

            @Override
            public void isLeader() {
                good.isLeader();
            }

            @Override
            public void notLeader() {
                good.notLeader();
                if (restarted.compareAndSet(false, true)) {
                    latch.close();
                    latch.start();
                }
            }
        });
        latch.start();
        await().until(latch::hasLeadership);
        node.holdBySomebodyElse("there:1");
        await().until(() -> node.openings() == 2);
        node.delete();

        await().untilAsserted(() -> assertThat(good.calls()).containsExactly("isLeader", "notLeader", "isLeader"));
        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void aListenerMayAskAndWait() {
        AtomicReference<Boolean> answer = new AtomicReference<>();
        latch.addListener(new LeaderLatchListener() {

            @Override
            public void isLeader() {
                try {
                    answer.set(latch.await(5, SECONDS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void notLeader() {}
        });
        latch.start();

        await().untilAsserted(() -> assertThat(answer).hasValue(true));
    }

    private static LeaderLatchListener calling(LeadershipCalls calls, Runnable deed) {
        return new LeaderLatchListener() {

            @Override
            public void isLeader() {
                calls.isLeader();
                deed.run();
            }

            @Override
            public void notLeader() {
                calls.notLeader();
                deed.run();
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
