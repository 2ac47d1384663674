package io.masterlatch.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.TestedService;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Two applications with the same schedule, of which one works, and after a hand-over the other. */
class ScheduledAtWorkTests {

    private final FencedRegister register = new FencedRegister();

    @Test
    void theScheduledWorkMovesWithTheMastership() {
        try (LocalZooKeeper server = new LocalZooKeeper(Duration.ofSeconds(1)).start();
                ConfigurableApplicationContext first = run(server, "first.example.com:1");
                ConfigurableApplicationContext second = run(server, "second.example.com:1")) {
            await().until(() -> register.value().equals("third"));
            MasterLatch master = latch(first).hasLeadership() ? latch(first) : latch(second);
            MasterLatch other = master == latch(first) ? latch(second) : latch(first);
            long epoch = register.epoch();
            assertThat(epoch).isEqualTo(master.getLeader().orElseThrow().epoch());
            await().until(() -> master.candidates().join().size() == 2);

            HandOver outcome = master.handOver(null, Duration.ofSeconds(10)).join();

            assertThat(outcome.outcome()).isEqualTo(HandOver.Outcome.HANDED_OVER);
            await().until(other::hasLeadership);
            long later = other.getLeader().orElseThrow().epoch();
            assertThat(later).isGreaterThan(epoch);
            await().until(() -> register.epoch() == later);
        }
    }

    private ConfigurableApplicationContext run(LocalZooKeeper server, String address) {
        return new TestedService(ScheduledAtWork.class)
                .initializers(context ->
                        ((GenericApplicationContext) context).registerBean(FencedRegister.class, () -> register))
                .run(
                        "--server.port=0",
                        "--masterlatch.address=" + address,
                        "--masterlatch.zookeeper.connect-string=127.0.0.1:" + server.port(),
                        "--masterlatch.zookeeper.embedded.enabled=false",
                        "--spring.main.banner-mode=off");
    }

    private static MasterLatch latch(ConfigurableApplicationContext context) {
        return context.getBean(MasterLatch.class);
    }
}
