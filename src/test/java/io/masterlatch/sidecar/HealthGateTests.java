package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application that becomes unhealthy and recovers, and a latch that follows. */
class HealthGateTests {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final HealthGateProperties USUAL = properties(LONG, Duration.ofMillis(200), 3);

    private final FakeMasterStore node = new FakeMasterStore();
    private final MasterLatch latch =
            MasterLatch.builder(node).address("self.example.com:1").build();
    private final AtomicReference<HealthCheck> application = new AtomicReference<>(HealthGateTests::refused);
    private final AtomicInteger checks = new AtomicInteger();
    private HealthGate gate;

    @BeforeEach
    void start() {
        begin(USUAL);
    }

    private void begin(HealthGateProperties properties) {
        close();
        gate = new HealthGate(latch, new Check(), properties);
        gate.start();
        latch.start();
    }

    @AfterEach
    void close() {
        latch.close();
        if (gate != null) {
            gate.stop();
        }
    }

    @Test
    void isACandidateOnceACheckSucceeded() {
        node.awaitRole(latch, Role.OBSERVER);
        await().until(() -> checks.get() > 5);
        assertThat(latch.mastership().candidate()).isFalse();
        assertThat(latch.suspended()).contains("the application (it) has not been healthy yet: no connection");

        application.set(Optional::empty);

        node.awaitRole(latch, Role.MASTER);
        assertThat(latch.suspended()).isEmpty();
    }

    @Test
    void isSuspendedWhenChecksFailForTheGraceAndResumedAfterwards() {
        isMaster();

        application.set(() -> Optional.of("it answers 503"));
        node.awaitRole(latch, Role.OBSERVER);
        assertThat(latch.suspended()).contains("the application (it) is not healthy: it answers 503");
        application.set(HealthGateTests::refused);
        await().until(() ->
                latch.suspended().equals(Optional.of("the application (it) is not healthy: no connection")));

        application.set(Optional::empty);
        node.awaitRole(latch, Role.MASTER);
    }

    @Test
    void failuresWithinTheGraceCostNothing() {
        begin(properties(LONG, LONG, 3));
        isMaster();
        long epoch = latch.getLeader().orElseThrow().epoch();
        AtomicInteger left = new AtomicInteger(3);
        application.set(() -> left.getAndDecrement() > 0 ? refused() : Optional.empty());
        int before = checks.get();
        await().until(() -> checks.get() > before + 6);

        assertThat(latch.hasLeadership()).isTrue();
        assertThat(latch.getLeader().orElseThrow().epoch()).isEqualTo(epoch);
    }

    @Test
    void aCheckThatHangsIsOneThatFailsAndRunsAlone() {
        begin(properties(Duration.ofMillis(300), Duration.ZERO, 1));
        isMaster();
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger hanging = new AtomicInteger();
        application.set(() -> {
            hanging.incrementAndGet();
            boolean interrupted = false;
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException ex) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        });

        await().until(() -> hanging.get() == 1);
        node.awaitRole(latch, Role.OBSERVER);
        assertThat(latch.suspended()).contains("the application (it) is not healthy: no answer within 300 ms");
        assertThat(hanging).hasValue(1);

        application.set(Optional::empty);
        release.countDown();
        node.awaitRole(latch, Role.MASTER);
        assertThat(hanging).hasValue(1);
    }

    @Test
    void aCheckThatThrowsIsOneThatFails() {
        isMaster();
        application.set(() -> {
            throw new IllegalStateException("broken");
        });

        node.awaitRole(latch, Role.OBSERVER);
        assertThat(latch.suspended().orElseThrow())
                .endsWith("the check failed: java.lang.IllegalStateException: broken");
        application.set(Optional::empty);
        node.awaitRole(latch, Role.MASTER);
    }

    @Test
    void aWithdrawalOutlastsTheRecovery() {
        isMaster();
        latch.withdraw().join();
        application.set(HealthGateTests::refused);
        await().until(() -> latch.suspended().isPresent());

        application.set(Optional::empty);
        await().until(() -> latch.suspended().isEmpty());

        node.awaitRole(latch, Role.OBSERVER);
        latch.join();
        node.awaitRole(latch, Role.MASTER);
    }

    @Test
    void afterARestartAFirstCheckHasToSucceedAgain() {
        isMaster();
        latch.close();
        gate.stop();
        assertThat(gate.isRunning()).isFalse();
        application.set(HealthGateTests::refused);

        gate.start();
        latch.start();

        node.awaitRole(latch, Role.OBSERVER);
        application.set(Optional::empty);
        node.awaitRole(latch, Role.MASTER);
    }

    @Test
    void checksNoMoreWhenItIsStopped() {
        isMaster();
        gate.stop();
        await().until(() -> threads().isEmpty());
        assertThat(latch.hasLeadership()).isTrue();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("masterlatch-health"))
                .toList();
    }

    private void isMaster() {
        application.set(Optional::empty);
        node.awaitRole(latch, Role.MASTER);
    }

    private static HealthGateProperties properties(Duration timeout, Duration grace, int recovery) {
        return new HealthGateProperties(null, "app", Duration.ofMillis(100), timeout, grace, recovery);
    }

    private static Optional<String> refused() {
        return Optional.of("no connection");
    }

    private final class Check implements HealthCheck {

        @Override
        public Optional<String> problem() throws InterruptedException {
            checks.incrementAndGet();
            return application.get().problem();
        }

        @Override
        public String toString() {
            return "it";
        }
    }
}
