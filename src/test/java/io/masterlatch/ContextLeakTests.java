package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.TestedService;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** What a context leaves behind in its process when it is closed. */
class ContextLeakTests {

    private static final int CONTEXTS = 5;

    @Test
    void leavesNoThreadOfItsOwnOfCuratorOrOfZooKeeper() {
        Set<Thread> threadsBefore = threads();

        for (int round = 0; round < CONTEXTS; round++) {
            try (ConfigurableApplicationContext context = run()) {
                MasterLatch latch = context.getBean(MasterLatch.class);
                await().atMost(Duration.ofSeconds(60)).until(latch::hasLeadership);
            }
        }

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(threads())
                        .filteredOn(thread -> !threadsBefore.contains(thread))
                        .isEmpty());
    }

    private static ConfigurableApplicationContext run() {
        return new TestedService()
                .run(
                        "--server.port=0",
                        "--masterlatch.zookeeper.embedded.enabled=true",
                        "--masterlatch.zookeeper.embedded.port=0");
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null
                        && !thread.getThreadGroup().getName().equals("system")
                        // JUnit's and Awaitility's own.
                        && !thread.getName().startsWith("ForkJoinPool-")
                        && !thread.getName().startsWith("awaitility"))
                .collect(Collectors.toSet());
    }
}
