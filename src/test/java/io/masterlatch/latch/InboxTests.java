package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Inputs are taken one at a time, in order, and by whoever is there. */
class InboxTests {

    private final Inbox inbox = new Inbox();

    @Test
    void takesAnInputOnTheThreadThatBringsItAndAtOnce() {
        List<Thread> takers = new ArrayList<>();

        inbox.put(() -> takers.add(Thread.currentThread()));

        assertThat(takers).containsExactly(Thread.currentThread());
    }

    @Test
    void takesWhatAnInputBringsBehindIt() {
        List<String> taken = new ArrayList<>();

        inbox.put(() -> {
            inbox.put(() -> taken.add("second"));
            inbox.put(() -> taken.add("third"));
            taken.add("first");
        });

        assertThat(taken).containsExactly("first", "second", "third");
    }

    @Test
    void doesNotKeepAnybodyWaitingWhileAnotherTakesAnInput() {
        CountDownLatch taking = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> takers = new ArrayList<>();
        Thread slow = new Thread(() -> inbox.put(() -> {
            taking.countDown();
            awaitQuietly(end);
        }));
        slow.start();
        awaitQuietly(taking);

        inbox.put(() -> takers.add(Thread.currentThread()));

        assertThat(takers).isEmpty();
        end.countDown();
        await().until(() -> !slow.isAlive());
        assertThat(takers).containsExactly(slow);
    }

    @RepeatedTest(20)
    void takesOneAtATimeAndEachThreadsInputsInTheirOrder() throws Exception {
        int threads = 4;
        int inputs = 5_000;
        CyclicBarrier begin = new CyclicBarrier(threads);
        AtomicInteger atOnce = new AtomicInteger();
        // Not thread-safe: the inbox has to see to it that nothing is lost.
        int[] next = new int[threads];
        List<String> mistakes = new ArrayList<>();
        List<Thread> bringers = IntStream.range(0, threads)
                .mapToObj(thread -> new Thread(() -> {
                    awaitQuietly(begin);
                    for (int number = 0; number < inputs; number++) {
                        int expected = number;
                        inbox.put(() -> {
                            if (atOnce.getAndIncrement() != 0 || next[thread]++ != expected) {
                                mistakes.add(thread + ": " + expected);
                            }
                            atOnce.getAndDecrement();
                        });
                    }
                }))
                .toList();

        bringers.forEach(Thread::start);
        for (Thread bringer : bringers) {
            bringer.join();
        }

        assertThat(mistakes).isEmpty();
        assertThat(next).containsOnly(inputs);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
