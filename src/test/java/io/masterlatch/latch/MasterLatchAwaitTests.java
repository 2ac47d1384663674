package io.masterlatch.latch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Waiting for leadership, as LeaderLatch documents it. */
class MasterLatchAwaitTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final FakeMasterNode node = new FakeMasterNode();
    private final MasterLatch latch = new MasterLatch(node, "here:1");

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void returnsAtOnceToTheLeader() throws Exception {
        latch.start();
        await().until(latch::hasLeadership);

        latch.await();
        assertThat(latch.await(0, NANOSECONDS)).isTrue();
        assertThat(latch.await(-1, MINUTES)).isTrue();
    }

    @Test
    void waitsForLeadership() throws Exception {
        startAsStandby();
        Waiter plain = Waiter.on(this::awaitLeadership);
        Waiter limited = Waiter.on(() -> latch.await(1, MINUTES));
        plain.awaitParked();
        limited.awaitParked();

        node.delete();

        assertThat(plain.result()).isTrue();
        assertThat(limited.result()).isTrue();
        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void gettingNearerIsNotEnough() {
        node.cutOff();
        latch.start();
        Waiter waiter = Waiter.on(this::awaitLeadership);
        waiter.awaitParked();
        node.holdBySomebodyElse("there:1");
        node.connect();
        await().until(() -> latch.getLeader().isPresent());
        node.holdBySomebodyElse("there:2");

        await().during(Duration.ofMillis(100)).until(waiter::isWaiting);
    }

    @Test
    void timesOut() throws Exception {
        startAsStandby();

        long began = System.nanoTime();
        assertThat(latch.await(50, MILLISECONDS)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        assertThat(latch.await(0, MILLISECONDS)).isFalse();
        assertThat(latch.await(-1, MINUTES)).isFalse();
    }

    @Test
    void isTheEndOfFileWhenNotStarted() throws Exception {
        assertThatExceptionOfType(EOFException.class).isThrownBy(latch::await).withMessageContaining("here:1");
        assertThat(latch.await(1, MINUTES)).isFalse();

        latch.start();
        latch.close();

        assertThatExceptionOfType(EOFException.class).isThrownBy(latch::await);
        assertThat(latch.await(1, MINUTES)).isFalse();
    }

    @Test
    void isTheEndOfFileWhenClosedMeanwhile() throws Exception {
        startAsStandby();
        Waiter plain = Waiter.on(this::awaitLeadership);
        Waiter limited = Waiter.on(() -> latch.await(1, MINUTES));
        plain.awaitParked();
        limited.awaitParked();

        latch.close();

        assertThat(plain.failure()).isInstanceOf(EOFException.class);
        assertThat(limited.result()).isFalse();
    }

    @Test
    void isTheEndOfFileThoughStartedAgainAtOnce() {
        startAsStandby();
        for (int life = 1; life <= 20; life++) {
            Waiter waiter = Waiter.on(this::awaitLeadership);
            waiter.awaitParked();

            latch.close();
            latch.start();

            assertThat(waiter.failure()).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void hearsOfTheCloseBeforeTheSessionHasEnded() {
        node.cutOff();
        latch.start();
        await().until(node::isOpen);
        CountDownLatch permission = new CountDownLatch(1);
        node.closeAfter(permission);
        Waiter waiter = Waiter.on(this::awaitLeadership);
        waiter.awaitParked();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(latch::close);

        assertThat(waiter.failure()).isInstanceOf(EOFException.class);
        assertThat(closing).isNotDone();
        permission.countDown();
        assertThat(closing).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void canBeInterrupted() {
        startAsStandby();
        Waiter plain = Waiter.on(this::awaitLeadership);
        Waiter limited = Waiter.on(() -> latch.await(1, MINUTES));
        plain.awaitParked();
        limited.awaitParked();

        plain.interrupt();
        limited.interrupt();

        assertThat(plain.failure()).isInstanceOf(InterruptedException.class);
        assertThat(limited.failure()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void waitsAfterLeadershipWasLost() throws Exception {
        latch.start();
        latch.await();
        node.holdBySomebodyElse("there:1");
        await().until(() -> !latch.hasLeadership());

        assertThat(latch.await(10, MILLISECONDS)).isFalse();
        node.delete();
        assertThat(latch.await(1, MINUTES)).isTrue();
    }

    private void startAsStandby() {
        node.holdBySomebodyElse("there:1");
        latch.start();
        await().until(() -> latch.getLeader().isPresent());
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
            return new Waiter(thread, task);
        }

        void awaitParked() {
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> thread.getState() == Thread.State.WAITING
                            || thread.getState() == Thread.State.TIMED_WAITING);
        }

        boolean isWaiting() {
            return !task.isDone();
        }

        void interrupt() {
            thread.interrupt();
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
