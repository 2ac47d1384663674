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

/** Inputs are taken one at a time, in order, and on a thread that is there. */
class MailboxTests {

    private final List<Throwable> failures = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox(failures::add);

    @Test
    void takesAnInputOnTheThreadThatBringsItAndAtOnce() {
        List<Thread> takers = new ArrayList<>();

        mailbox.put(() -> takers.add(Thread.currentThread()));

        assertThat(takers).containsExactly(Thread.currentThread());
    }

    @Test
    void takesWhatAnInputBringsBehindIt() {
        mailbox.put(() -> {
            mailbox.put(() -> taken.add("second"));
            mailbox.put(() -> taken.add("third"));
            taken.add("first");
        });

        assertThat(taken).containsExactly("first", "second", "third");
    }

    @Test
    void aThreadDoesNotWaitWhileAnotherTakesAnInput() {
        CountDownLatch taking = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> takers = new ArrayList<>();
        Thread slow = new Thread(() -> mailbox.put(() -> {
            taking.countDown();
            awaitQuietly(end);
        }));
        slow.start();
        awaitQuietly(taking);

        mailbox.put(() -> takers.add(Thread.currentThread()));

        assertThat(takers).isEmpty();
        end.countDown();
        await().until(() -> !slow.isAlive());
        assertThat(takers).containsExactly(slow);
    }

    @Test
    void anInputThatThrowsIsReportedAndTheNextIsTaken() {
        RuntimeException exception = new IllegalStateException("as the test wants it");
        Error error = new StackOverflowError("as the test wants it");

        mailbox.put(() -> {
            mailbox.put(() -> {
                throw error;
            });
            mailbox.put(() -> taken.add("third"));
            throw exception;
        });
        mailbox.put(() -> taken.add("fourth"));

        assertThat(failures).containsExactly(exception, error);
        assertThat(taken).containsExactly("third", "fourth");
    }

    @Test
    void aReportThatThrowsHarmsNothing() {
        Mailbox unlucky = new Mailbox(failure -> {
            throw new OutOfMemoryError("as the test wants it");
        });

        unlucky.put(() -> {
            throw new IllegalStateException("as the test wants it");
        });
        unlucky.put(() -> taken.add("next"));

        assertThat(taken).containsExactly("next");
    }

    @RepeatedTest(5)
    void takesOneAtATimeAndEachThreadsInputsInTheirOrder() throws Exception {
        int threads = 4;
        int inputs = 5_000;
        CyclicBarrier begin = new CyclicBarrier(threads);
        AtomicInteger atOnce = new AtomicInteger();
        // Not thread-safe: the mailbox makes sure that nothing is lost.
        int[] next = new int[threads];
        List<Thread> bringers = IntStream.range(0, threads)
                .mapToObj(thread -> new Thread(() -> {
                    awaitQuietly(begin);
                    for (int number = 0; number < inputs; number++) {
                        int expected = number;
                        mailbox.put(() -> {
                            if (atOnce.getAndIncrement() != 0 || next[thread]++ != expected) {
                                taken.add("wrong: " + thread + ": " + expected);
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

        assertThat(taken).isEmpty();
        assertThat(next).containsOnly(inputs);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ex) {
            throw new AssertionError(ex);
        }
    }

    private static void awaitQuietly(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception ex) {
            throw new AssertionError(ex);
        }
    }
}
