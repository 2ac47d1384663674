package io.masterlatch.latch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.FakeMasterStore;
import java.io.EOFException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Waiting for leadership, as LeaderLatch documents it. */
class MasterLatchAwaitTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final LatchFixture fixture = new LatchFixture();
    private final MasterLatch latch = fixture.latch;

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void returnsAtOnceToTheLeader() throws Exception {
        fixture.master();

        latch.await();
        assertThat(latch.await(0, NANOSECONDS)).isTrue();
        assertThat(latch.await(-1, MINUTES)).isTrue();
    }

    @Test
    void waitsForLeadership() throws Exception {
        fixture.standby();
        Waiter plain = Waiter.on(this::awaitLeadership);
        Waiter limited = Waiter.on(() -> latch.await(1, MINUTES));

        fixture.store.takeOver("there:2");
        assertThat(plain.isWaiting()).isTrue();
        fixture.store.change(FakeMasterStore.noMaster());

        assertThat(plain.result()).isTrue();
        assertThat(limited.result()).isTrue();
    }

    @Test
    void timesOut() throws Exception {
        fixture.standby();

        long began = System.nanoTime();
        assertThat(latch.await(50, MILLISECONDS)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        assertThat(latch.await(0, MILLISECONDS)).isFalse();
        assertThat(latch.await(-1, MINUTES)).isFalse();
    }

    @Test
    void isTheEndOfFileWhenNotStarted() throws Exception {
        assertThatExceptionOfType(EOFException.class).isThrownBy(latch::await);
        assertThat(latch.await(1, MINUTES)).isFalse();

        latch.start();
        latch.close();

        assertThatExceptionOfType(EOFException.class).isThrownBy(latch::await).withMessageContaining("here:1");
        assertThat(latch.await(1, MINUTES)).isFalse();
    }

    @Test
    void isTheEndOfFileWhenClosedMeanwhile() throws Exception {
        fixture.standby();
        Waiter plain = Waiter.on(this::awaitLeadership);
        Waiter limited = Waiter.on(() -> latch.await(1, MINUTES));

        latch.close();

        assertThat(plain.failure()).isInstanceOf(EOFException.class);
        assertThat(limited.result()).isFalse();
    }

    @Test
    void isTheEndOfFileThoughStartedAgainAtOnce() {
        fixture.standby();
        for (int life = 1; life <= 20; life++) {
            Waiter waiter = Waiter.on(this::awaitLeadership);

            latch.close();
            latch.start();

            assertThat(waiter.failure()).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void canBeInterrupted() {
        fixture.standby();
        Waiter plain = Waiter.on(this::awaitLeadership);
        Waiter limited = Waiter.on(() -> latch.await(1, MINUTES));

        plain.thread().interrupt();
        limited.thread().interrupt();

        assertThat(plain.failure()).isInstanceOf(InterruptedException.class);
        assertThat(limited.failure()).isInstanceOf(InterruptedException.class);
    }

    private boolean awaitLeadership() throws InterruptedException, EOFException {
        latch.await();
        return true;
    }

    /** A thread that waits. */
    private record Waiter(Thread thread, FutureTask<Boolean> task) {

        static Waiter on(Callable<Boolean> waiting) {
            FutureTask<Boolean> task = new FutureTask<>(waiting);
            Thread thread = new Thread(task, "waiter");
            thread.setDaemon(true);
            thread.start();
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> thread.getState() == Thread.State.WAITING
                            || thread.getState() == Thread.State.TIMED_WAITING);
            return new Waiter(thread, task);
        }

        boolean isWaiting() {
            return !task.isDone();
        }

        boolean result() throws Exception {
            return task.get(5, SECONDS);
        }

        Throwable failure() {
            return assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(this::result)
                    .actual()
                    .getCause();
        }
    }
}
