package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A latch that is barred does not stand, and neither the bar nor a withdrawal undoes the other. */
class BarTests {

    private static final String WHY = "the application is not well";

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final FakeMasterNode node = new FakeMasterNode();
    private final List<MastershipChange> changes = new CopyOnWriteArrayList<>();
    private final MasterLatch latch = new MasterLatch(node, "here:1");

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void givesUpTheMastershipAndSaysWhy() {
        latch.addChangeListener(changes::add);
        latch.start();
        awaitRole(Role.MASTER);

        latch.bar(WHY).join();

        assertThat(node.isOurs()).isFalse();
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(latch.barred()).contains(WHY);
        awaitRole(Role.OBSERVER);
        assertThat(latch.mastership().stands()).isFalse();
        await().until(() -> changes.size() >= 4);
        assertThat(changes.get(2).from()).isEqualTo(Role.MASTER);
        assertThat(changes.get(2).cause()).isEqualTo(WHY);

        latch.unbar("it is well again").join();

        assertThat(latch.barred()).isEmpty();
        awaitRole(Role.MASTER);
        await().untilAsserted(() ->
                assertThat(changes).extracting(MastershipChange::cause).contains("it is well again"));
    }

    @Test
    void keepsALatchFromStandingFromItsStart() {
        latch.bar(WHY);
        assertThat(latch.mastership().stands()).isFalse();
        latch.start();
        awaitRole(Role.OBSERVER);
        latch.close();
        latch.start();
        awaitRole(Role.OBSERVER);

        latch.unbar("well");
        awaitRole(Role.MASTER);
    }

    @Test
    void endsAndTheWithdrawalRemains() {
        latch.start();
        awaitRole(Role.MASTER);
        latch.bar(WHY).join();
        latch.withdraw().join();

        latch.unbar("well").join();

        awaitRole(Role.OBSERVER);
        assertThat(latch.mastership().stands()).isFalse();
        latch.stand().join();
        awaitRole(Role.MASTER);
    }

    @Test
    void outlastsTheWishToStand() {
        latch.start();
        awaitRole(Role.MASTER);
        latch.withdraw().join();
        latch.bar(WHY).join();

        latch.stand().join();

        awaitRole(Role.OBSERVER);
        assertThat(latch.mastership().stands()).isFalse();
        latch.unbar("well").join();
        awaitRole(Role.MASTER);
    }

    @Test
    void mayChangeItsReasonAndBeLiftedWhenThereIsNone() {
        latch.unbar("well").join();
        latch.start();
        awaitRole(Role.MASTER);
        long epoch = latch.getLeader().orElseThrow().epoch();
        latch.unbar("well").join();
        assertThat(latch.getLeader().orElseThrow().epoch()).isEqualTo(epoch);

        latch.bar(WHY).join();
        latch.bar("another reason").join();

        assertThat(latch.barred()).contains("another reason");
        latch.unbar("well").join();
        awaitRole(Role.MASTER);
    }

    @Test
    void neverMakesAnObserverStand() {
        MasterLatch observer = new MasterLatch(node, "here:1", false);
        observer.start();
        try {
            observer.bar(WHY).join();
            observer.unbar("well").join();
            await().until(() -> observer.mastership().role(System.nanoTime()) == Role.OBSERVER);
            assertThat(observer.mastership().stands()).isFalse();
        } finally {
            observer.close();
        }
    }

    private void awaitRole(Role role) {
        await().until(() -> latch.mastership().role(System.nanoTime()) == role);
    }
}
