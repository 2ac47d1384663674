package io.masterlatch.sidecar;

import static io.masterlatch.sidecar.Changes.rise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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

/** News on its way to a recipient who is slow, fails, or is not there. */
class MessengerTests {

    private static final Backoff SHORT = new Backoff(Duration.ofMillis(20), Duration.ofMillis(20), () -> 0L);

    private final List<Long> told = new CopyOnWriteArrayList<>();
    private final List<Long> attempts = new CopyOnWriteArrayList<>();
    private final Set<Long> outdated = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean slow = new AtomicBoolean();
    private final Semaphore permits = new Semaphore(0);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Messenger messenger = messenger(SHORT);

    @BeforeEach
    void start() {
        messenger.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        messenger.abandon();
        assertThat(messenger.awaitEnd(in(10))).isTrue();
    }

    @Test
    void isToldOnceAndInOrder() {
        for (long i = 1; i <= 5; i++) {
            tellAndAwait(i);
        }
        assertThat(attempts).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(count("told")).isEqualTo(5);
        assertThat(count("failed")).isZero();
    }

    @Test
    void isTriedUntilItIsTold() {
        failing.set(true);
        messenger.tell(rise(1));
        await().until(() -> attempts.size() >= 4);
        assertThat(told).isEmpty();

        failing.set(false);

        await().until(() -> told.equals(List.of(1L)));
        assertThat(count("failed")).isGreaterThanOrEqualTo(4);
        tellAndAwait(2);
    }

    @Test
    void newerNewsTakesThePlaceOfOlderThatCouldNotBeTold() {
        replace(new Backoff(Duration.ofHours(1), Duration.ofHours(1), () -> 0L));
        failing.set(true);
        messenger.tell(rise(1));
        await().until(() -> attempts.equals(List.of(1L)));
        failing.set(false);

        messenger.tell(rise(2));

        await().until(() -> told.equals(List.of(2L)));
        assertThat(attempts).containsExactly(1L, 2L);
    }

    @Test
    void whatCameInBetweenIsPassedOverAndNothingIsToldBesideAnother() {
        slow.set(true);
        messenger.tell(rise(1));
        await().until(() -> attempts.equals(List.of(1L)));
        messenger.tell(rise(2));
        messenger.tell(rise(3));
        messenger.tell(rise(4));
        assertThat(attempts).containsExactly(1L);

        permits.release(10);

        await().until(() -> told.equals(List.of(1L, 4L)));
        assertThat(mostAtOnce).hasValue(1);
    }

    @Test
    void newsThatHoldsNoMoreWaitsUntilItDoesOrThereIsOther() {
        outdated.add(1L);
        messenger.tell(rise(1));
        messenger.tell(rise(1));
        await().pollDelay(Duration.ofMillis(200)).until(attempts::isEmpty);

        tellAndAwait(2);

        outdated.add(3L);
        messenger.tell(rise(3));
        await().pollDelay(Duration.ofMillis(100)).until(() -> attempts.equals(List.of(2L)));
        outdated.clear();
        await().until(() -> told.equals(List.of(2L, 3L)));
    }

    @Test
    void aRecipientThatIsBrokenIsToldTheNextNewsAllTheSame() {
        messenger.tell(rise(-1));
        await().until(() -> count("failed") == 1);
        tellAndAwait(1);
    }

    @Test
    void tellsTheLastNewsBeforeItEnds() throws InterruptedException {
        slow.set(true);
        messenger.tell(rise(1));
        await().until(() -> attempts.equals(List.of(1L)));
        messenger.tell(rise(2));
        messenger.end();
        assertThat(messenger.awaitEnd(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50)))
                .isFalse();

        permits.release(2);

        assertThat(messenger.awaitEnd(in(10))).isTrue();
        assertThat(told).containsExactly(1L, 2L);
    }

    @Test
    void breaksOffWhatIsOutOfDateForTheLastNewsWhenItHasToHurry() throws InterruptedException {
        slow.set(true);
        messenger.tell(rise(1));
        await().until(() -> attempts.equals(List.of(1L)));
        messenger.hurry();
        assertThat(attempts).as("not out of date").containsExactly(1L);
        messenger.tell(rise(2));
        messenger.end();
        slow.set(false);

        messenger.hurry();

        assertThat(messenger.awaitEnd(in(10))).isTrue();
        assertThat(told).containsExactly(2L);
    }

    @Test
    void makesOneLastAttemptAndNoMore() throws InterruptedException {
        replace(new Backoff(Duration.ofHours(1), Duration.ofHours(1), () -> 0L));
        failing.set(true);
        messenger.tell(rise(1));
        await().until(() -> attempts.equals(List.of(1L)));

        messenger.end();

        assertThat(messenger.awaitEnd(in(10))).isTrue();
        assertThat(attempts).containsExactly(1L, 1L);
    }

    @Test
    void endsAtOnceWhenAllIsTold() throws InterruptedException {
        tellAndAwait(1);
        messenger.end();
        assertThat(messenger.awaitEnd(in(10))).isTrue();
    }

    @Test
    void endsAtOnceWhenItIsAbandonedAndCanBeStartedAgain() throws InterruptedException {
        slow.set(true);
        messenger.tell(rise(1));
        await().until(() -> attempts.equals(List.of(1L)));

        messenger.abandon();

        assertThat(messenger.awaitEnd(in(10))).isTrue();
        assertThat(told).isEmpty();
        slow.set(false);
        messenger.start();
        tellAndAwait(2);
    }

    @Test
    void underAStormOfNewsTheLastIsToldLastAndNoneAfterANewer() {
        for (long i = 1; i <= 20_000; i++) {
            messenger.tell(rise(i));
            if (i % 1_000 == 0) {
                failing.set(!failing.get());
            }
        }
        failing.set(false);
        await().until(() -> told.contains(20_000L));
        assertThat(told).isSorted().doesNotHaveDuplicates().endsWith(20_000L);
        assertThat(attempts).isSorted();
        assertThat(mostAtOnce).hasValue(1);
    }

    private void replace(Backoff backoff) {
        messenger.abandon();
        messenger = messenger(backoff);
        messenger.start();
    }

    private Messenger messenger(Backoff backoff) {
        return new Messenger(new Listed(), news -> !outdated.contains(news.sequence()), backoff, registry);
    }

    private void tellAndAwait(long sequence) {
        messenger.tell(rise(sequence));
        await().until(() -> told.contains(sequence));
    }

    private double count(String outcome) {
        return registry.get("masterlatch.notifications")
                .tag("recipient", "somebody")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static long in(int seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Writes down what it is told. */
    private final class Listed implements Recipient {

        @Override
        public boolean tell(News news) throws IOException, InterruptedException {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try {
                attempts.add(news.sequence());
                if (slow.get()) {
                    permits.acquire();
                }
                if (failing.get()) {
                    throw new IOException("it is not there");
                }
                if (news.sequence() < 0) {
                    throw new IllegalStateException("broken, as the test wants it");
                }
                told.add(news.sequence());
                return true;
            } finally {
                atOnce.decrementAndGet();
            }
        }

        @Override
        public String toString() {
            return "somebody";
        }
    }
}
