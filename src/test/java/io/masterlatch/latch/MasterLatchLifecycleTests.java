package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.MasterLatch.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Start, close, and start again. */
class MasterLatchLifecycleTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final FakeMasterNode node = new FakeMasterNode();
    private MasterLatch latch = new MasterLatch(node, "here:1");

    @AfterEach
    void close() {
        node.closeAfter(new CountDownLatch(0));
        latch.close();
    }

    @Test
    void doesNothingBeforeItIsStarted() {
        assertThat(latch.getState()).isEqualTo(State.LATENT);
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(latch.getLeader()).isEmpty();
        assertThat(node.openings()).isZero();
        assertThat(threads.names()).isEmpty();
    }

    @Test
    void becomesMasterOnceStarted() {
        latch.start();

        assertThat(latch.getState()).isEqualTo(State.STARTED);
        await().until(latch::hasLeadership);
        assertThat(node.isOurs()).isTrue();
        assertThat(latch.getState()).isEqualTo(State.STARTED);
    }

    @Test
    void startsWithoutWaitingForZooKeeper() {
        node.cutOff();

        latch.start();

        assertThat(latch.getState()).isEqualTo(State.STARTED);
        await().until(node::isOpen);
        assertThat(latch.hasLeadership()).isFalse();
        node.connect();
        await().until(latch::hasLeadership);
    }

    @Test
    void cannotBeStartedTwice() {
        latch.start();
        await().until(latch::hasLeadership);

        assertThatIllegalStateException().isThrownBy(latch::start).withMessageContaining("here:1");

        assertThat(latch.hasLeadership()).isTrue();
        assertThat(node.openings()).isOne();
    }

    @Test
    void hasNoLeadershipAndNoSessionWhenCloseReturns() {
        latch.start();
        await().until(latch::hasLeadership);

        latch.close();

        assertThat(latch.getState()).isEqualTo(State.CLOSED);
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(latch.getLeader()).isEmpty();
        assertThat(node.isOpen()).isFalse();
        assertThat(node.isOurs()).isFalse();
        threads.awaitNone();
    }

    @Test
    void givesTheMastershipUpBeforeItClosesTheSession() {
        CountDownLatch permission = new CountDownLatch(1);
        node.closeAfter(permission);
        latch.start();
        await().until(latch::hasLeadership);

        Thread closing = closeInBackground();

        await().until(() -> !latch.hasLeadership());
        assertThat(node.isOurs()).isTrue();
        permission.countDown();
        await().until(() -> !closing.isAlive());
        assertThat(node.isOurs()).isFalse();
    }

    @Test
    void closingWaitsForTheEndOfTheSessionAlsoWhenInterrupted() {
        CountDownLatch permission = new CountDownLatch(1);
        node.closeAfter(permission);
        latch.start();
        await().until(latch::hasLeadership);
        AtomicInteger interrupted = new AtomicInteger();

        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            latch.close();
            interrupted.set(Thread.interrupted() ? 1 : -1);
        });
        closing.start();

        await().during(Duration.ofMillis(200)).until(closing::isAlive);
        assertThat(latch.hasLeadership()).isFalse();
        permission.countDown();
        await().until(() -> !closing.isAlive());
        assertThat(node.isOpen()).isFalse();
        assertThat(interrupted).hasValue(1);
    }

    @Test
    void closingIsBoundedThoughTheSessionDoesNotEnd() {
        CountDownLatch never = new CountDownLatch(1);
        node.closeAfter(never);
        latch.start();
        await().until(latch::hasLeadership);

        Thread closing = closeInBackground();

        await().until(() -> !latch.hasLeadership());
        await().atMost(Duration.ofSeconds(15)).until(() -> !closing.isAlive());
        assertThat(latch.getState()).isEqualTo(State.CLOSED);
        assertThat(node.isOpen()).isTrue();
        never.countDown();
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
    void canBeStartedAgainAndIsMasterWithAHigherEpoch() {
        long epoch = 0;
        for (int life = 1; life <= 5; life++) {
            latch.start();
            assertThat(latch.getState()).isEqualTo(State.STARTED);
            await().until(latch::hasLeadership);
            assertThat(latch.getLeader().orElseThrow().epoch()).isGreaterThan(epoch);
            epoch = latch.getLeader().orElseThrow().epoch();
            latch.close();
            assertThat(latch.hasLeadership()).isFalse();
        }
        assertThat(node.openings()).isEqualTo(5);
    }

    @Test
    void closesWhileItIsStillConnecting() {
        for (int life = 1; life <= 50; life++) {
            latch.start();
            latch.close();
            assertThat(node.isOpen()).isFalse();
            assertThat(latch.hasLeadership()).isFalse();
        }
    }

    @Test
    void asksForTheAddressAtEachStart() {
        AtomicInteger port = new AtomicInteger(100);
        latch = new MasterLatch(node, () -> "here:" + port.incrementAndGet(), true);
        assertThat(port).hasValue(100);

        latch.start();
        await().until(latch::hasLeadership);
        assertThat(latch.getId()).isEqualTo("here:101");
        assertThat(latch.getLeader().orElseThrow().address()).isEqualTo("here:101");
        latch.close();
        latch.start();
        await().until(latch::hasLeadership);
        assertThat(latch.getId()).isEqualTo("here:102");
        assertThat(latch.getLeader().orElseThrow().address()).isEqualTo("here:102");
        assertThat(latch.mastership().self()).isEqualTo("here:102");
    }

    @Test
    void isNotStartedWhenThereIsNoAddressToStartWith() {
        List<String> addresses = List.of("nonsense", "here:7");
        AtomicInteger asked = new AtomicInteger();
        latch = new MasterLatch(node, () -> addresses.get(asked.getAndIncrement()), true);

        assertThatIllegalArgumentException().isThrownBy(latch::start).withMessageContaining("'nonsense'");

        assertThat(latch.getState()).isEqualTo(State.LATENT);
        assertThat(node.openings()).isZero();
        latch.start();
        await().until(latch::hasLeadership);
    }

    private Thread closeInBackground() {
        Thread closing = new Thread(latch::close);
        closing.start();
        return closing;
    }
}
