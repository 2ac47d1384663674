package io.masterlatch.sidecar;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.BackOffExecution;

/** Every target is notified of the changes of a latch, and of its end. */
class NotifierTests {

    private final FakeMasterStore node = new FakeMasterStore();
    private final MasterLatch latch =
            MasterLatch.builder(node).address("self.example.com:1").build();
    private final List<Notification> received = new CopyOnWriteArrayList<>();
    private final List<Role> hanging = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private Notifier notifier;

    @AfterEach
    void close() {
        release.countDown();
        latch.close();
        if (notifier != null) {
            notifier.stop();
        }
    }

    @Test
    void notifiesOfEveryChangeOfRoleAndOfMasterAndAtLastOfTheEnd() {
        begin(target("one", received::add));
        awaitReceived(Role.MASTER);
        node.begin(heldBy("a.example.com:1"));
        awaitReceived(Role.STANDBY);
        node.change(heldBy("b.example.com:1"));
        await().until(() -> "b.example.com:1".equals(last().fields().get("master")));
        assertThat(last().change().from()).isEqualTo(Role.STANDBY);

        latch.close();
        notifier.stop();

        assertThat(last().change().to()).isEqualTo(Role.UNKNOWN);
        assertThat(last().change().master()).isNull();
        assertThat(received).extracting(Notification::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(received).extracting(Notification::self).containsOnly("self.example.com:1");
        assertThat(received).extracting(Notification::at).containsOnly(Notifications.AT);
    }

    @Test
    void aTargetThatHangsHoldsUpNeitherTheElectionNorAnotherTarget() {
        begin(target("one", this::hang), target("two", received::add));

        awaitReceived(Role.MASTER);
        node.begin(heldBy("a.example.com:1"));
        awaitReceived(Role.STANDBY);
    }

    @Test
    void waitsForTheLastAttemptsWhenItStopsButNotForEver() {
        begin(Duration.ofSeconds(2), target("one", this::hang), target("two", received::add));
        awaitReceived(Role.MASTER);
        latch.close();

        long before = System.nanoTime();
        notifier.stop();

        assertThat(System.nanoTime() - before)
                .isBetween(TimeUnit.MILLISECONDS.toNanos(1600), TimeUnit.SECONDS.toNanos(60));
        assertThat(last().change().to()).isEqualTo(Role.UNKNOWN);
        // The attempt that was superseded was broken off for it.
        assertThat(hanging).endsWith(Role.UNKNOWN);
    }

    @Test
    void triesAgainAfterHalfASecondAndAtLastEveryHalfMinuteWithJitter() {
        Set<Long> last = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            BackOffExecution pauses = Notifier.backOff().start();
            assertThat(pauses.nextBackOff()).isBetween(500L, 750L);
            assertThat(pauses.nextBackOff()).isBetween(500L, 1_500L);
            IntStream.range(0, 10).forEach(attempt -> pauses.nextBackOff());
            last.add(pauses.nextBackOff());
        }
        assertThat(last)
                .hasSizeGreaterThan(10)
                .allSatisfy(pause -> assertThat(pause).isBetween(15_000L, 30_000L));
    }

    @Test
    void stopsSoonWhenEverythingIsDelivered() {
        begin(target("one", received::add));
        awaitReceived(Role.MASTER);
        latch.close();
        awaitReceived(Role.UNKNOWN);
        long before = System.nanoTime();
        notifier.stop();
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(8));
    }

    @Test
    void startsAgainAfterItWasStopped() {
        begin(target("one", received::add));
        awaitReceived(Role.MASTER);
        latch.close();
        notifier.stop();
        assertThat(notifier.isRunning()).isFalse();
        int before = received.size();

        notifier.start();
        latch.start();

        await().until(() -> received.size() > before && last().change().to() == Role.MASTER);
        assertThat(received).extracting(Notification::sequence).isSorted().doesNotHaveDuplicates();
    }

    private void begin(NotificationTarget... targets) {
        begin(Duration.ofSeconds(10), targets);
    }

    private void begin(Duration timeToEnd, NotificationTarget... targets) {
        notifier = new Notifier(latch, Clock.fixed(Notifications.AT, ZoneOffset.UTC), List.of(targets), timeToEnd);
        notifier.start();
        latch.start();
    }

    private boolean hang(Notification notification) throws InterruptedException {
        hanging.add(notification.change().to());
        release.await();
        return true;
    }

    private interface Delivery {
        boolean deliver(Notification notification) throws IOException, InterruptedException;
    }

    private static NotificationTarget target(String name, Delivery delivery) {
        return new NotificationTarget() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean deliver(Notification notification) throws IOException, InterruptedException {
                return delivery.deliver(notification);
            }
        };
    }

    private Notification last() {
        return received.get(received.size() - 1);
    }

    private void awaitReceived(Role role) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !received.isEmpty() && last().change().to() == role);
    }
}
