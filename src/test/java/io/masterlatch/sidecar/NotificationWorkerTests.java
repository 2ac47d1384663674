package io.masterlatch.sidecar;

import static io.masterlatch.sidecar.Notifications.gained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.FixedBackOff;

/** Notifications on their way to a target that is slow, fails, or is not there. */
@ExtendWith(OutputCaptureExtension.class)
class NotificationWorkerTests {

    private static final BackOff SHORT = new FixedBackOff(20, Long.MAX_VALUE);
    private static final BackOff LONG = new FixedBackOff(TimeUnit.HOURS.toMillis(1), Long.MAX_VALUE);

    private final List<Long> delivered = new CopyOnWriteArrayList<>();
    private final List<Long> attempts = new CopyOnWriteArrayList<>();
    private final Set<Long> outdated = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean slow = new AtomicBoolean();
    private final Semaphore permits = new Semaphore(0);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private NotificationWorker worker = worker(SHORT);

    @BeforeEach
    void start() {
        worker.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        worker.abandon();
        assertThat(worker.awaitEnd(in(10))).isTrue();
    }

    @Test
    void deliversEachOnceAndInOrder() {
        for (long i = 1; i <= 5; i++) {
            deliverAndAwait(i);
        }
        assertThat(attempts).containsExactly(1L, 2L, 3L, 4L, 5L);
        await().until(() -> worker.delivered() == 5);
        assertThat(worker.failed()).isZero();
    }

    @Test
    void triesUntilItIsDelivered(CapturedOutput output) {
        failing.set(true);
        worker.offer(gained(1));
        await().until(() -> attempts.size() >= 4);
        assertThat(delivered).isEmpty();

        failing.set(false);

        await().until(() -> worker.delivered() == 1);
        assertThat(delivered).containsExactly(1L);
        assertThat(worker.failed()).isGreaterThanOrEqualTo(4);
        assertThat(output.getOut())
                .containsOnlyOnce("target 1: MASTER not delivered, trying again: it is not there")
                .contains("target 1: delivered after " + worker.failed() + " failed attempts");
        deliverAndAwait(2);
    }

    @Test
    void aNewerOneSupersedesOneThatIsTriedAgain() {
        replace(LONG);
        failing.set(true);
        worker.offer(gained(1));
        await().until(() -> worker.failed() == 1);
        failing.set(false);

        worker.offer(gained(2));

        await().until(() -> delivered.equals(List.of(2L)));
        assertThat(attempts).containsExactly(1L, 2L);
    }

    @Test
    void whatIsSupersededBeforeItsTurnIsLeftOutAndNothingIsDeliveredDuringAnother() {
        slow.set(true);
        worker.offer(gained(1));
        await().until(() -> attempts.equals(List.of(1L)));
        worker.offer(gained(2));
        worker.offer(gained(3));
        worker.offer(gained(4));
        assertThat(attempts).containsExactly(1L);

        permits.release(10);

        await().until(() -> delivered.equals(List.of(1L, 4L)));
        assertThat(mostAtOnce).hasValue(1);
    }

    @Test
    void oneThatDoesNotHoldWaitsUntilItDoesOrIsSuperseded() {
        outdated.add(1L);
        worker.offer(gained(1));
        worker.offer(gained(1));
        deliverAndAwait(2);

        outdated.add(3L);
        worker.offer(gained(3));
        await().during(Duration.ofMillis(100)).until(() -> attempts.equals(List.of(2L)));
        outdated.clear();
        await().until(() -> delivered.equals(List.of(2L, 3L)));
    }

    @Test
    void anUnexpectedFailureConcernsOneNotificationOnly() {
        worker.offer(gained(-1));
        await().until(() -> worker.failed() == 1);
        deliverAndAwait(1);
    }

    @Test
    void deliversTheLastBeforeItEnds() throws InterruptedException {
        slow.set(true);
        worker.offer(gained(1));
        await().until(() -> attempts.equals(List.of(1L)));
        worker.offer(gained(2));
        worker.finish();
        assertThat(worker.awaitEnd(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50)))
                .isFalse();

        permits.release(2);

        assertThat(worker.awaitEnd(in(10))).isTrue();
        assertThat(delivered).containsExactly(1L, 2L);
    }

    @Test
    void breaksOffWhatIsSupersededForTheLast() throws InterruptedException {
        slow.set(true);
        worker.offer(gained(1));
        await().until(() -> attempts.equals(List.of(1L)));
        worker.breakOffSuperseded();
        assertThat(attempts).as("not superseded").containsExactly(1L);
        worker.offer(gained(2));
        worker.finish();
        slow.set(false);

        worker.breakOffSuperseded();

        assertThat(worker.awaitEnd(in(10))).isTrue();
        assertThat(delivered).containsExactly(2L);
    }

    @Test
    void makesOneLastAttemptAndNoMore(CapturedOutput output) throws InterruptedException {
        replace(LONG);
        failing.set(true);
        worker.offer(gained(1));
        await().until(() -> worker.failed() == 1);

        worker.finish();

        assertThat(worker.awaitEnd(in(10))).isTrue();
        assertThat(attempts).containsExactly(1L, 1L);
        assertThat(output.getOut()).contains("target 1: not delivered before this instance stopped: it is not there");
    }

    @Test
    void anAttemptInProgressIsTheLast() throws InterruptedException {
        slow.set(true);
        failing.set(true);
        worker.offer(gained(1));
        await().until(() -> attempts.equals(List.of(1L)));

        worker.finish();
        permits.release(10);

        assertThat(worker.awaitEnd(in(10))).isTrue();
        assertThat(attempts).containsExactly(1L);
    }

    @Test
    void endsAtOnceWhenAllIsDelivered() throws InterruptedException {
        deliverAndAwait(1);
        worker.finish();
        assertThat(worker.awaitEnd(in(10))).isTrue();
    }

    @Test
    void endsAtOnceWhenItIsAbandonedAndCanBeStartedAgain(CapturedOutput output) throws InterruptedException {
        slow.set(true);
        worker.offer(gained(1));
        await().until(() -> attempts.equals(List.of(1L)));

        worker.abandon();

        assertThat(worker.awaitEnd(in(10))).isTrue();
        assertThat(delivered).isEmpty();
        assertThat(output.getOut()).contains("target 1: not delivered before this instance stopped");
        slow.set(false);
        worker.start();
        deliverAndAwait(2);
    }

    @Test
    void ofManyTheLastIsDeliveredLastAndNoneAfterANewer() {
        for (long i = 1; i <= 20_000; i++) {
            worker.offer(gained(i));
            if (i % 1_000 == 0) {
                failing.set(!failing.get());
            }
        }
        failing.set(false);
        await().until(() -> delivered.contains(20_000L));
        assertThat(delivered).isSorted().doesNotHaveDuplicates().endsWith(20_000L);
        assertThat(attempts).isSorted();
        assertThat(mostAtOnce).hasValue(1);
    }

    private void replace(BackOff backOff) {
        worker.abandon();
        worker = worker(backOff);
        worker.start();
    }

    private NotificationWorker worker(BackOff backOff) {
        return new NotificationWorker(
                new Recorder(), notification -> !outdated.contains(notification.sequence()), backOff);
    }

    private void deliverAndAwait(long sequence) {
        worker.offer(gained(sequence));
        await().until(() -> delivered.contains(sequence));
    }

    private static long in(int seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Records what it receives. */
    private final class Recorder implements NotificationTarget {

        @Override
        public String name() {
            return "target 1";
        }

        @Override
        public boolean deliver(Notification notification) throws IOException, InterruptedException {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try {
                attempts.add(notification.sequence());
                if (slow.get()) {
                    permits.acquire();
                }
                if (failing.get()) {
                    throw new IOException("it is not there");
                }
                if (notification.sequence() < 0) {
                    throw new IllegalStateException("broken, as the test wants it");
                }
                delivered.add(notification.sequence());
                return true;
            } finally {
                atOnce.decrementAndGet();
            }
        }
    }
}
