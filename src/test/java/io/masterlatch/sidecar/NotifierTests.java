package io.masterlatch.sidecar;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everybody hears of the changes of a latch, and of its end. */
class NotifierTests {

    private final FakeMasterStore node = new FakeMasterStore();
    private final MasterLatch latch =
            MasterLatch.builder(node).address("self.example.com:1").build();
    private final Notifier notifier =
            new Notifier(latch, Clock.fixed(Changes.AT, ZoneOffset.UTC), new SimpleMeterRegistry());
    private final List<News> heard = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        latch.close();
        notifier.stop();
    }

    @Test
    void tellsEveryChangeOfRoleAndOfMasterAndAtLastTheEnd() {
        begin(listener("one"));
        awaitHeard(Role.MASTER);
        node.begin(heldBy("a.example.com:1"));
        awaitHeard(Role.STANDBY);
        node.change(heldBy("b.example.com:1"));
        await().until(() -> "b.example.com:1".equals(last().view().master()));
        assertThat(last().view().previousRole()).isEqualTo(Role.STANDBY);

        latch.close();
        notifier.stop();

        assertThat(last().change().to()).isEqualTo(Role.UNKNOWN);
        assertThat(last().view().master()).isNull();
        assertThat(heard).extracting(News::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(heard).extracting(News::self).containsOnly("self.example.com:1");
        assertThat(heard).extracting(News::at).containsOnly(Changes.AT);
    }

    @Test
    void oneWhoHangsHoldsUpNeitherTheElectionNorAnother() {
        begin(
                news -> {
                    release.await();
                    return true;
                },
                listener("two"));

        awaitHeard(Role.MASTER);
        node.begin(heldBy("a.example.com:1"));
        awaitHeard(Role.STANDBY);
    }

    @Test
    void waitsForTheLastAttemptsWhenItStopsButNotForEver() {
        List<Role> begun = new CopyOnWriteArrayList<>();
        begin(
                news -> {
                    begun.add(news.change().to());
                    release.await();
                    return true;
                },
                listener("two"));
        awaitHeard(Role.MASTER);
        latch.close();

        long before = System.nanoTime();
        notifier.stop();

        assertThat(System.nanoTime() - before).isBetween(TimeUnit.SECONDS.toNanos(8), TimeUnit.SECONDS.toNanos(40));
        assertThat(last().change().to()).isEqualTo(Role.UNKNOWN);
        // What was out of date was broken off for it.
        assertThat(begun).endsWith(Role.UNKNOWN);
    }

    @Test
    void isQuickToStopWhenNobodyHasToBeToldAnything() {
        begin(listener("one"));
        awaitHeard(Role.MASTER);
        latch.close();
        await().until(() -> last().change().to() == Role.UNKNOWN);
        long before = System.nanoTime();
        notifier.stop();
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(8));
    }

    @Test
    void startsAgainAfterItWasStopped() {
        begin(listener("one"));
        awaitHeard(Role.MASTER);
        latch.close();
        notifier.stop();
        assertThat(notifier.isRunning()).isFalse();
        int before = heard.size();

        notifier.start();
        latch.start();

        await().until(() -> heard.size() > before && last().change().to() == Role.MASTER);
        assertThat(heard).extracting(News::sequence).isSorted().doesNotHaveDuplicates();
    }

    private void begin(Recipient... recipients) {
        List.of(recipients).forEach(notifier::add);
        notifier.start();
        latch.start();
    }

    private Recipient listener(String name) {
        return new Recipient() {
            @Override
            public boolean tell(News news) {
                heard.add(news);
                return true;
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    private News last() {
        return heard.get(heard.size() - 1);
    }

    private void awaitHeard(Role role) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !heard.isEmpty() && last().change().to() == role);
    }
}
