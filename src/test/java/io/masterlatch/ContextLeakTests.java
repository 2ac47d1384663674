package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.MasterLatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What a context leaves behind in its process when it is closed. */
class ContextLeakTests {

    private static final int CONTEXTS = 5;

    @Test
    void leavesNoThreadAndNoDirectory() throws Exception {
        Set<Thread> threadsBefore = threads();
        List<Path> filesBefore = temporaryFiles();

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
        assertThat(temporaryFiles()).isSubsetOf(filesBefore);
    }

    private static ConfigurableApplicationContext run() {
        return new SpringApplicationBuilder(MasterLatchApplication.class)
                .run("--server.port=0", "--zookeeper.embedded.enabled=true", "--zookeeper.embedded.port=0");
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null
                        && !thread.getThreadGroup().getName().equals("system")
                        && !thread.getName().startsWith("awaitility"))
                .collect(Collectors.toSet());
    }

    private static List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().matches("(masterlatch|zookeeper|tomcat).*"))
                    .toList();
        }
    }
}
