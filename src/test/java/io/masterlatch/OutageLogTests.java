package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.TestedService;
import java.time.Duration;
import java.util.List;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What an outage of a real ZooKeeper leaves in the log, of the service and of the libraries below it. */
@ExtendWith(OutputCaptureExtension.class)
class OutageLogTests {

    @Test
    void isOneWarningAndOneLineAtItsEndNextToTheRoles(CapturedOutput output) throws Exception {
        try (TestingServer server = new TestingServer(loopback(), true);
                ConfigurableApplicationContext context = run(server)) {
            MasterLatch latch = context.getBean(MasterLatch.class);
            awaitRole(latch, Role.MASTER);
            int begun = output.getOut().length();

            server.stop();
            awaitRole(latch, Role.UNKNOWN);
            server.restart();
            awaitRole(latch, Role.MASTER);
            // What was captured before may contain the line as well, of the start or of another test's service.
            await().until(() -> output.getOut().substring(begun).contains("The election works again"));

            // A machine under load answers late, which is a warning of its own.
            List<String> lines = output.getOut()
                    .substring(begun)
                    .lines()
                    .filter(line -> !line.contains("answers are late"))
                    .toList();
            assertThat(lines).filteredOn(line -> line.contains(" WARN ")).hasSize(1);
            assertThat(lines)
                    .filteredOn(line -> line.contains("The election works again"))
                    .hasSize(1);
            assertThat(lines)
                    .allMatch(line -> line.contains(" io.masterlatch.latch.MasterLatch "))
                    .filteredOn(line -> !line.matches(".* INFO .*: (Still )?[A-Z]+( -> [A-Z]+)?: .*"))
                    .hasSize(2);
            assertThat(output.getErr()).doesNotContain("Exception");
        }
    }

    private static InstanceSpec loopback() {
        return new InstanceSpec(null, -1, -1, -1, true, -1, 500, 100, null, "127.0.0.1");
    }

    private static ConfigurableApplicationContext run(TestingServer server) {
        return new TestedService()
                .run(
                        "--server.port=0",
                        "--masterlatch.zookeeper.connect-string=" + server.getConnectString(),
                        "--masterlatch.zookeeper.session-timeout=2s",
                        "--masterlatch.lease=1s");
    }

    private static void awaitRole(MasterLatch latch, Role role) {
        await().atMost(Duration.ofSeconds(60)).until(() -> latch.mastership().role(latch.now()) == role);
    }
}
