package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Listeners hear of every gain and loss of leadership, in order. */
class MasterLatchListenerTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final FakeMasterNode node = new FakeMasterNode();
    private final MasterLatch latch = new MasterLatch(node, "here:1");
    private final LeadershipCalls calls = new LeadershipCalls();

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void isLeaderAndThenNotLeaderWhenClosed() {
        latch.addListener(calls);
        latch.start();
        awaitCalls("isLeader");

        latch.close();

        awaitCalls("isLeader", "notLeader");
    }

    @Test
    void aStandbyThatIsClosedHearsNothing() {
        latch.addListener(calls);
        node.holdBySomebodyElse("there:1");
        latch.start();
        await().until(() -> latch.getLeader().isPresent());
        node.holdBySomebodyElse("there:2");
        latch.close();

        await().during(Duration.ofMillis(50)).until(() -> calls.calls().isEmpty());
    }

    @Test
    void gainsAndLossesAlternate() {
        latch.addListener(calls);
        latch.start();
        for (int change = 1; change <= 50; change++) {
            await().pollInterval(Duration.ofMillis(1)).until(latch::hasLeadership);
            Master other = node.holdBySomebodyElse("there:1");
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> latch.getLeader().filter(other::equals).isPresent());
            node.delete();
        }
        await().until(latch::hasLeadership);
        latch.close();

        List<String> alternating = IntStream.range(0, 102)
                .mapToObj(index -> index % 2 == 0 ? "isLeader" : "notLeader")
                .toList();
        await().untilAsserted(() -> assertThat(calls.calls()).isEqualTo(alternating));
    }

    @Test
    void aLapseOfTheLeaseIsALossAndItsRenewalAGain() {
        FakeMasterNode shortNode = new FakeMasterNode(Duration.ofSeconds(1));
        MasterLatch shortLatch = new MasterLatch(shortNode, "here:1");
        shortLatch.addListener(calls);
        shortLatch.start();
        awaitCalls("isLeader");
        long epoch = shortLatch.getLeader().orElseThrow().epoch();

        shortNode.cutOff();
        awaitCalls("isLeader", "notLeader");
        assertThat(shortLatch.hasLeadership()).isFalse();
        shortNode.connect();

        awaitCalls("isLeader", "notLeader", "isLeader");
        assertThat(shortLatch.getLeader().orElseThrow().epoch()).isEqualTo(epoch);
        shortLatch.close();
    }

    @Test
    void aLossOfTheConnectionThatIsShorterThanTheLeaseIsNoNews() {
        latch.addListener(calls);
        latch.start();
        awaitCalls("isLeader");

        node.cutOff();
        node.connect();

        await().during(Duration.ofMillis(100)).until(() -> calls.calls().equals(List.of("isLeader")));
    }

    @Test
    void aNewSessionIsALossAndAGain() {
        latch.addListener(calls);
        latch.start();
        awaitCalls("isLeader");

        node.expire();

        awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @Test
    void allListenersHearAndARemovedOneHearsNoMore() {
        LeadershipCalls other = new LeadershipCalls();
        latch.addListener(calls);
        latch.addListener(other);
        latch.start();
        awaitCalls("isLeader");
        await().until(() -> other.calls().size() == 1);

        latch.removeListener(calls);
        latch.close();

        await().untilAsserted(() -> assertThat(other.calls()).containsExactly("isLeader", "notLeader"));
        awaitCalls("isLeader");
    }

    @Test
    void removingAListenerThatWasNotAddedDoesNothing() {
        latch.addListener(calls);
        latch.removeListener(new LeadershipCalls());
        latch.start();

        awaitCalls("isLeader");
    }

    @Test
    void aListenerRemovedWhileACallIsUnderWayHearsNoMore() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        LeaderLatchListener slow = new LeaderLatchListener() {

            @Override
            public void isLeader() {
                calls.isLeader();
                entered.countDown();
                awaitQuietly(release);
            }

            @Override
            public void notLeader() {
                calls.notLeader();
            }
        };
        LeadershipCalls witness = new LeadershipCalls();
        latch.addListener(slow);
        latch.addListener(witness);
        latch.start();
        awaitQuietly(entered);
        latch.close();
        await().until(() -> witness.calls().size() == 2);

        latch.removeListener(slow);
        release.countDown();

        threads.awaitNone();
        assertThat(calls.calls()).containsExactly("isLeader");
    }

    @Test
    void aListenerAddedLaterHearsOfWhatComes() {
        latch.start();
        await().until(latch::hasLeadership);
        latch.addListener(calls);
        latch.close();

        awaitCalls("notLeader");
    }

    @Test
    void aListenerStaysThroughARestart() {
        latch.addListener(calls);
        latch.start();
        awaitCalls("isLeader");
        latch.close();
        latch.start();

        awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @Test
    void isCalledOnItsExecutor() {
        List<String> callers = new CopyOnWriteArrayList<>();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "the listener's own"));
        latch.addListener(
                new LeaderLatchListener() {

                    @Override
                    public void isLeader() {
                        callers.add(Thread.currentThread().getName());
                    }

                    @Override
                    public void notLeader() {
                        callers.add(Thread.currentThread().getName());
                    }
                },
                executor);
        latch.start();
        await().until(() -> callers.size() == 1);
        latch.close();

        await().untilAsserted(() -> assertThat(callers).containsExactly("the listener's own", "the listener's own"));
        executor.shutdown();
    }

    @Test
    void isCalledOneCallAtATimeAndInOrderAlsoByAnExecutorWithManyThreads() {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        latch.addListener(calls, executor);
        latch.start();
        for (int change = 1; change <= 25; change++) {
            await().pollInterval(Duration.ofMillis(1)).until(latch::hasLeadership);
            Master other = node.holdBySomebodyElse("there:1");
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> latch.getLeader().filter(other::equals).isPresent());
            node.delete();
        }
        await().until(() -> calls.calls().size() == 51);
        executor.shutdown();

        assertThat(IntStream.range(0, 51).mapToObj(index -> calls.calls().get(index)))
                .isEqualTo(IntStream.range(0, 51)
                        .mapToObj(index -> index % 2 == 0 ? "isLeader" : "notLeader")
                        .toList());
        latch.removeListener(calls);
    }

    private void awaitCalls(String... expected) {
        await().pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(calls.calls()).containsExactly(expected));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
