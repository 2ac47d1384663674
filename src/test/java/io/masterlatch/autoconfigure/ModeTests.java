package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import io.masterlatch.embedded.EmbeddedAutoConfiguration;
import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.MasterLatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.mock.env.MockEnvironment;

/** {@code masterlatch.mode}: a fixed answer without ZooKeeper. */
@ExtendWith(OutputCaptureExtension.class)
class ModeTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SslAutoConfiguration.class, EmbeddedAutoConfiguration.class, MasterLatchAutoConfiguration.class));

    private final ApplicationContextRunner always = runner.withPropertyValues("masterlatch.mode=always");

    @Test
    void alwaysIsTheMasterUnderTheEpochZero(CapturedOutput output) {
        always.withPropertyValues("masterlatch.address=app1.example.com:9000")
                .withUserConfiguration(Listener.class)
                .run(context -> {
                    MasterLatch latch = context.getBean(MasterLatch.class);
                    latch.await();

                    assertThat(latch.getLeader())
                            .get()
                            .extracting(Master::address, Master::epoch)
                            .containsExactly("app1.example.com:9000", 0L);
                    await().until(() -> context.getBean(Listener.class).roles.contains(Role.MASTER));
                    assertThat(latch.candidates().join())
                            .singleElement()
                            .satisfies(
                                    candidate -> assertThat(candidate.address()).isEqualTo("app1.example.com:9000"));
                    assertThat(latch.mastership().problem(latch.now())).isEmpty();
                    assertThat(latch.mastership().warning()).get().asString().startsWith("masterlatch.mode is always");
                    assertThat(context.getBean(ElectionClient.class))
                            .hasToString("none: masterlatch.mode is always")
                            .extracting(ElectionClient::isSimulated, ElectionClient::isEmbedded)
                            .containsExactly(true, false);
                });
        assertThat(output.getOut())
                .containsPattern(" WARN .*masterlatch.mode is always, which is for tests and development only");
    }

    @Test
    void alwaysIsTheMasterWhenTheApplicationHasStarted() {
        for (int start = 0; start < 10; start++) {
            always.run(context -> assertThat(context.getBean(MasterLatch.class).hasLeadership())
                    .isTrue());
        }
    }

    @Test
    void neitherAWebServerNorAnAddressIsNeeded() {
        always.run(context -> {
            MasterLatch latch = context.getBean(MasterLatch.class);
            latch.await();
            assertThat(latch.getId()).isEqualTo("localhost:1");
        });
    }

    @Test
    void alwaysWithdrawsJoinsAgainAndHasNoSuccessor() {
        always.run(context -> {
            MasterLatch latch = context.getBean(MasterLatch.class);
            latch.await();
            assertThat(latch.handOver(null, Duration.ofSeconds(10)).join().outcome())
                    .isEqualTo(HandOver.Outcome.NO_OTHER_CANDIDATE);

            assertThat(latch.withdraw().join()).isEqualTo(ReleaseOutcome.RELEASED);
            awaitRole(latch, Role.OBSERVER);
            assertThat(latch.getLeader()).isEmpty();

            latch.join();
            latch.await();
            latch.close();
            assertThat(latch.hasLeadership()).isFalse();

            latch.start();
            latch.await();
            assertThat(latch.getLeader()).get().extracting(Master::epoch).isEqualTo(0L);
        });
    }

    @Test
    void neverObservesAndKnowsOfNoMaster() {
        runner.withPropertyValues("masterlatch.mode=never").run(context -> {
            MasterLatch latch = context.getBean(MasterLatch.class);
            awaitRole(latch, Role.OBSERVER);
            assertThat(latch.getLeader()).isEmpty();
            assertThat(latch.mastership().problem(latch.now())).isEmpty();
            assertThat(latch.mastership().warning()).get().asString().startsWith("masterlatch.mode is never");

            latch.join();
            await().until(() -> latch.mastership().error() != null);
            assertThat(latch.mastership().error())
                    .isEqualTo("masterlatch.mode is never: this instance does not become master");
            assertThat(latch.hasLeadership()).isFalse();
        });
    }

    @Test
    void aConnectStringIsRefused() {
        assertRefused(
                always.withPropertyValues("masterlatch.zookeeper.connect-string=zk1:2181"),
                "masterlatch.zookeeper.connect-string");
    }

    @Test
    void theEmbeddedServerIsRefusedBeforeItStarts(@TempDir Path directory) {
        assertRefused(
                always.withPropertyValues(
                        "masterlatch.zookeeper.embedded.enabled=true",
                        "masterlatch.zookeeper.embedded.port=0",
                        "masterlatch.zookeeper.embedded.data-directory=" + directory),
                "masterlatch.zookeeper.embedded.enabled");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aClientOfTheApplicationIsRefused() {
        assertRefused(
                always.withUserConfiguration(Client.class), "the CuratorFramework bean zooKeeperOfTheApplication");
    }

    @Test
    void alwaysIsAContradictionToAnObserver() {
        always.withPropertyValues("masterlatch.candidate=false")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidSettingException.class)
                        .hasMessage(
                                "masterlatch.candidate must be true or left out, since masterlatch.mode is always"));
    }

    @Test
    void anotherWordIsNoMode() {
        MockEnvironment environment = new MockEnvironment().withProperty("masterlatch.mode", "sometimes");
        runner.withPropertyValues("masterlatch.mode=sometimes").run(context -> {
            FailureAnalysis analysis = new SettingFailureAnalyzer(environment).analyze(context.getStartupFailure());
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription())
                    .startsWith("masterlatch.mode is \"sometimes\"")
                    .endsWith("It must be always or never.");
        });
    }

    private static void assertRefused(ApplicationContextRunner refused, String named) {
        refused.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOfSatisfying(MisconfigurationException.class, failure -> {
                    assertThat(failure.analysis().getDescription())
                            .isEqualTo("masterlatch.mode is always, which excludes an election, and there is " + named
                                    + ".");
                    assertThat(failure.analysis().getAction())
                            .isEqualTo(
                                    "Remove masterlatch.mode, which is for tests and development without ZooKeeper, or "
                                            + named + ".");
                }));
    }

    private static void awaitRole(MasterLatch latch, Role role) {
        await().until(() -> latch.mastership().role(latch.now()) == role);
    }

    static class Listener {

        final List<Role> roles = new CopyOnWriteArrayList<>();

        @EventListener
        void changed(MastershipChange change) {
            roles.add(change.to());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Client {

        @Bean
        CuratorFramework zooKeeperOfTheApplication() {
            return CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1));
        }
    }
}
