package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each listener has a queue of its own; those that misbehave harm neither the caller nor each other. */
class ListenersTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final Listeners listeners = new Listeners();
    private final List<String> good = new CopyOnWriteArrayList<>();
    private final List<String> bad = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() {
        listeners.open();
    }

    @AfterEach
    void close() {
        listeners.close();
    }

    @Test
    void areCalledInOrderOneCallAtATimeAlsoByAnExecutorWithManyThreads() {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        AtomicInteger atOnce = new AtomicInteger();
        add(
                "a",
                change -> {
                    if (atOnce.incrementAndGet() == 1) {
                        good.add(change.cause());
                    }
                    atOnce.decrementAndGet();
                },
                executor);

        List<String> all = IntStream.range(0, 500).mapToObj(String::valueOf).toList();
        all.forEach(this::publish);

        await().untilAsserted(() -> assertThat(good).isEqualTo(all));
        executor.shutdown();
    }

    @Test
    void areCalledForWhatInterestsThem() {
        listeners.add("a", change -> change.cause().equals("2"), collect(good), Runnable::run);
        publish("1");
        publish("2");
        publish("3");

        awaitGood("2");
    }

    @Test
    void areCalledOnTheirExecutor() {
        List<Thread> callers = new CopyOnWriteArrayList<>();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "the listener's own"));
        add("a", change -> callers.add(Thread.currentThread()), executor);
        publish("1");

        await().until(() -> callers.size() == 1);
        assertThat(callers.get(0).getName()).isEqualTo("the listener's own");
        executor.shutdown();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatThrowsIsCalledAgain(boolean error) {
        add("bad", change -> {
            bad.add(change.cause());
            if (error) {
                throw new StackOverflowError("as the test wants it");
            }
            throw new IllegalStateException("as the test wants it");
        });
        add("good", collect(good));
        publish("1");
        publish("2");

        awaitGood("1", "2");
        await().untilAsserted(() -> assertThat(bad).containsExactly("1", "2"));
    }

    @Test
    void oneThatBlocksHoldsUpNoOtherAndIsCalledLater() {
        CountDownLatch end = new CountDownLatch(1);
        add("bad", change -> {
            bad.add(change.cause());
            awaitQuietly(end);
        });
        add("good", collect(good));
        publish("1");
        publish("2");

        awaitGood("1", "2");
        await().untilAsserted(() -> assertThat(bad).containsExactly("1"));
        end.countDown();
        await().untilAsserted(() -> assertThat(bad).containsExactly("1", "2"));
    }

    @Test
    void anExecutorThatBlocksHoldsUpNoOther() {
        CountDownLatch end = new CountDownLatch(1);
        add("bad", collect(bad), task -> awaitQuietly(end));
        add("good", collect(good));
        publish("1");
        publish("2");

        awaitGood("1", "2");
        assertThat(bad).isEmpty();
        end.countDown();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExecutorThatRefusesLosesThoseCallsOnly(boolean error) {
        AtomicBoolean refusing = new AtomicBoolean(true);
        CountDownLatch refused = new CountDownLatch(1);
        Executor executor = task -> {
            if (refusing.get()) {
                refused.countDown();
                if (error) {
                    throw new OutOfMemoryError("as the test wants it");
                }
                throw new RejectedExecutionException("as the test wants it");
            }
            task.run();
        };
        add("bad", collect(bad), executor);
        publish("1");
        awaitQuietly(refused);
        await().until(threads::areWaiting);

        refusing.set(false);
        publish("2");

        await().untilAsserted(() -> assertThat(bad).containsExactly("2"));
    }

    @Test
    void areCalledOnTheNextTickWhenThereWasNoThread() {
        AtomicBoolean none = new AtomicBoolean(true);
        ThreadFactory scarce = task ->
                none.get() ? null : Threads.named("masterlatch-listener").newThread(task);
        Listeners poor = new Listeners(scarce);
        poor.add("a", change -> true, collect(good), Runnable::run);
        poor.publish(change("1"));
        poor.publish(change("2"));
        poor.retry();
        assertThat(good).isEmpty();

        none.set(false);
        poor.retry();

        awaitGood("1", "2");
    }

    @Test
    void aRemovedOneIsNotCalledAndACallInProgressCompletes() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        add("bad", change -> {
            entered.countDown();
            awaitQuietly(end);
            bad.add(change.cause());
        });
        publish("1");
        publish("2");
        awaitQuietly(entered);

        listeners.remove("bad");
        publish("3");
        end.countDown();

        threads.awaitNone();
        assertThat(bad).containsExactly("1");
    }

    @Test
    void keepAThreadEachWhileOpenAndNoneOtherwise() {
        add("a", collect(good));
        add("b", collect(bad));
        assertThat(threads.names()).containsExactly("masterlatch-listener", "masterlatch-listener");

        listeners.close();
        threads.awaitNone();
        publish("1");

        awaitGood("1");
        threads.awaitNone();
    }

    private void add(String key, Consumer<MastershipChange> listener) {
        add(key, listener, Runnable::run);
    }

    private void add(String key, Consumer<MastershipChange> listener, Executor executor) {
        listeners.add(key, change -> true, listener, executor);
    }

    private void publish(String cause) {
        listeners.publish(change(cause));
    }

    private static MastershipChange change(String cause) {
        return new MastershipChange(Role.UNKNOWN, Role.STANDBY, null, null, cause);
    }

    private static Consumer<MastershipChange> collect(List<String> calls) {
        return change -> calls.add(change.cause());
    }

    private void awaitGood(String... causes) {
        await().untilAsserted(() -> assertThat(good).containsExactly(causes));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ex) {
            throw new AssertionError(ex);
        }
    }
}
