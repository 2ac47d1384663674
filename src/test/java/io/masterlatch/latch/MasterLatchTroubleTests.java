package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that does not start is told in words and tried again. */
class MasterLatchTroubleTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final FakeMasterNode node = new FakeMasterNode();
    private final MasterLatch latch = new MasterLatch(node, "here:1");

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void isTriedAgainUntilItStarts() {
        node.refuse(new IllegalArgumentException("no such host: nowhere"));
        latch.start();
        await().until(() -> latch.mastership().trouble() != null);

        assertThat(latch.mastership().problem(System.nanoTime()))
                .contains("the ZooKeeper client did not start: no such host: nowhere");
        assertThat(latch.mastership().role(System.nanoTime())).isEqualTo(Role.UNKNOWN);
        assertThat(latch.getState()).isEqualTo(MasterLatch.State.STARTED);
        node.refuse(null);
        await().atMost(Duration.ofSeconds(10)).until(latch::hasLeadership);
        assertThat(node.openings()).isEqualTo(2);
        assertThat(latch.mastership().problem(System.nanoTime())).isEmpty();
    }

    @Test
    void canBeClosedAndStartedAnewMeanwhile() {
        node.refuse(new IllegalArgumentException("no such host: nowhere"));
        latch.start();
        await().until(() -> latch.mastership().trouble() != null);
        latch.close();
        node.refuse(null);

        latch.start();

        await().atMost(Duration.ofSeconds(2)).until(latch::hasLeadership);
        assertThat(latch.mastership().trouble()).isNull();
    }
}
