package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.actuate.ActuatorAutoConfiguration;
import io.masterlatch.embedded.EmbeddedAutoConfiguration;
import io.masterlatch.guard.GuardAutoConfiguration;
import io.masterlatch.integration.IntegrationAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.sidecar.SidecarAutoConfiguration;
import io.masterlatch.testing.LocalZooKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class MasterLatchAutoConfigurationTests {

    // No server listens there, and none is needed.
    private static final String CONNECT_STRING = "masterlatch.zookeeper.connect-string=127.0.0.1:1";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SslAutoConfiguration.class, MasterLatchAutoConfiguration.class, EmbeddedAutoConfiguration.class))
            .withPropertyValues("masterlatch.address=app1.example.com:9000");

    @Test
    void withoutAnythingThatNamesAZooKeeperThereIsNoLatch() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MasterLatch.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"masterlatch.zookeeper.connect-string= ", "masterlatch.zookeeper.embedded.enabled=false"})
    void aSettingThatNamesNoneDoesNotCount(String setting) {
        runner.withPropertyValues(setting)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MasterLatch.class));
    }

    @Test
    void aConnectStringGivesALatchAndAClientThatIsNoBean() {
        runner.withPropertyValues(CONNECT_STRING + "/app").run(context -> {
            assertThat(context).hasSingleBean(MasterLatch.class).doesNotHaveBean(CuratorFramework.class);
            assertThat(context.getBean(ElectionClient.class))
                    .hasToString("127.0.0.1:1/app")
                    .extracting(ElectionClient::hosts, ElectionClient::isEmbedded)
                    .containsExactly("127.0.0.1:1", false);
        });
    }

    @Test
    void theElectionIsNamedByItsPathUnlessItHasAName() {
        runner.withPropertyValues(CONNECT_STRING + "/app", "masterlatch.path=/orders/master")
                .run(context -> assertThat(context.getBean(MasterLatch.class).getElection())
                        .isEqualTo("/orders/master"));
        runner.withPropertyValues(CONNECT_STRING, "masterlatch.name= orders ")
                .run(context -> assertThat(context.getBean(MasterLatch.class).getElection())
                        .isEqualTo("orders"));
    }

    @Test
    void aChrootIsNotCreatedAndTheReasonNamesIt() {
        try (LocalZooKeeper server = new LocalZooKeeper(Duration.ofMillis(500)).start()) {
            runner.withPropertyValues("masterlatch.zookeeper.connect-string=" + server.connectString() + "/typo")
                    .run(context -> {
                        MasterLatch latch = context.getBean(MasterLatch.class);
                        await().atMost(Duration.ofSeconds(20))
                                .untilAsserted(
                                        () -> assertThat(latch.mastership().problem(latch.now()))
                                                .contains(
                                                        "no connection to ZooKeeper yet: the chroot /typo of the connect string does"
                                                                + " not exist"));
                        assertThat(server.node("/typo").czxid()).isZero();
                    });
        }
    }

    @Test
    void theOwnClientIsClosedWithTheContext() {
        CuratorFramework[] client = new CuratorFramework[1];
        runner.withPropertyValues(CONNECT_STRING)
                .run(context ->
                        client[0] = context.getBean(ElectionClient.class).framework());
        assertThat(client[0].getState()).isEqualTo(CuratorFrameworkState.STOPPED);
    }

    @Test
    void theClientOfTheApplicationIsUsedAndNeitherStartedNorClosed() {
        runner.withUserConfiguration(OneClient.class).run(context -> {
            assertThat(context).hasSingleBean(MasterLatch.class);
            assertThat(context.getBean(ElectionClient.class).framework())
                    .isSameAs(context.getBean(CuratorFramework.class));
            assertThat(context.getBean(CuratorFramework.class).getState()).isEqualTo(CuratorFrameworkState.LATENT);
            context.getBean(ElectionClient.class).close();
            assertThat(context.getBean(CuratorFramework.class).getState()).isEqualTo(CuratorFrameworkState.LATENT);
        });
    }

    @Test
    void aConnectStringWinsOverTheClientOfTheApplication() {
        runner.withUserConfiguration(OneClient.class)
                .withPropertyValues(CONNECT_STRING)
                .run(context -> {
                    assertThat(context.getBean(ElectionClient.class).framework())
                            .isNotSameAs(context.getBean(CuratorFramework.class));
                    assertThat(context).hasSingleBean(CuratorFramework.class);
                });
    }

    @Test
    void severalClientsAndNonePrimaryAreNamed() {
        runner.withUserConfiguration(OneClient.class, AnotherClient.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(Exception.class)
                        .satisfies(ex -> assertThat(
                                        failure(context.getStartupFailure()).getMessage())
                                .contains("several CuratorFramework beans", "oneClient", "anotherClient")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "masterlatch.zookeeper.auth.username=app",
                "masterlatch.zookeeper.ssl.bundle=zk",
                "masterlatch.zookeeper.session-timeout=20s",
                "masterlatch.zookeeper.connection-timeout=1s"
            })
    void settingsOfTheOwnClientAreRefusedWithTheOneOfTheApplication(String setting) {
        runner.withUserConfiguration(OneClient.class)
                .withPropertyValues(setting)
                .withPropertyValues(setting.contains("auth") ? "masterlatch.zookeeper.auth.password=p" : "a=b")
                .run(context -> assertThat(failure(context.getStartupFailure()).getMessage())
                        .contains(setting.substring(0, setting.indexOf('=')), "CuratorFramework"));
    }

    @Test
    void aClientThatIsNoCandidateForInjectionDoesNotCount() {
        runner.withBean("hidden", CuratorFramework.class, MasterLatchAutoConfigurationTests::client, bean -> {
                    bean.setAutowireCandidate(false);
                    ((AbstractBeanDefinition) bean).setDestroyMethodName("");
                })
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MasterLatch.class));
    }

    @Test
    void theClientOfAParentContextCounts() {
        new ApplicationContextRunner().withUserConfiguration(OneClient.class).run(parent -> {
            runner.withParent(parent).run(context -> assertThat(context).hasSingleBean(MasterLatch.class));
            runner.withParent(parent)
                    .withPropertyValues("masterlatch.mode=never")
                    .run(context -> assertThat(
                                    failure(context.getStartupFailure()).getMessage())
                            .contains("the CuratorFramework bean oneClient"));
        });
    }

    @Test
    void theLatchOfAParentContextIsLeftToIt() {
        ApplicationContextRunner never = runner.withPropertyValues("masterlatch.mode=never");
        never.run(parent -> {
            never.withParent(parent)
                    .run(context ->
                            assertThat(context.getBean(MasterLatch.class)).isSameAs(parent.getBean(MasterLatch.class)));
            assertThat(parent.getBean(MasterLatch.class).getState()).isEqualTo(MasterLatch.State.STARTED);
        });
    }

    @Test
    void theLatchesOfTheApplicationAreLeftToIt() {
        runner.withConfiguration(AutoConfigurations.of(
                        GuardAutoConfiguration.class,
                        ActuatorAutoConfiguration.class,
                        SidecarAutoConfiguration.class,
                        IntegrationAutoConfiguration.class))
                .withUserConfiguration(OneClient.class)
                .withBean("orders", MasterLatch.class, () -> new MasterLatch(client(), "/orders", "a:1"))
                .withBean("invoices", MasterLatch.class, () -> new MasterLatch(client(), "/invoices", "a:1"))
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(ElectionClient.class);
                    assertThat(context.getBean("orders", MasterLatch.class).getState())
                            .isEqualTo(MasterLatch.State.LATENT);
                });
    }

    @Test
    void noBeanHasANameThatAnApplicationMayUse() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        GuardAutoConfiguration.class,
                        ActuatorAutoConfiguration.class,
                        EmbeddedAutoConfiguration.class,
                        IntegrationAutoConfiguration.class,
                        MasterLatchAutoConfiguration.class,
                        SettingNamesAutoConfiguration.class,
                        SidecarAutoConfiguration.class))
                .withBean("simpleMeterRegistry", SimpleMeterRegistry.class)
                .withPropertyValues(
                        "masterlatch.mode=never",
                        "masterlatch.notify.commands[0].run[0]=true",
                        "management.endpoints.web.exposure.include=candidacy")
                .run(context -> assertThat(context.getBeanDefinitionNames())
                        .filteredOn(name -> !name.contains("org.springframework.") && !name.contains("io.masterlatch."))
                        .filteredOn(name -> !name.equals("simpleMeterRegistry"))
                        .hasSizeGreaterThan(10)
                        // An application may define these two in their place.
                        .filteredOn(name -> !Set.of("masterHealthIndicator", "electionHealthIndicator")
                                .contains(name))
                        .allMatch(name -> name.startsWith("masterLatch")));
    }

    @Test
    void theEmbeddedServerIsUsedWhenAskedFor(@TempDir Path directory) {
        runner.withPropertyValues(
                        "masterlatch.zookeeper.embedded.enabled=true",
                        "masterlatch.zookeeper.embedded.port=0",
                        "masterlatch.zookeeper.embedded.data-directory=" + directory)
                .run(context -> assertThat(context.getBean(ElectionClient.class))
                        .satisfies(client -> assertThat(client.isEmbedded()).isTrue())
                        .asString()
                        .matches("127\\.0\\.0\\.1:[1-9]\\d*, embedded: for a trial on one machine only"));
    }

    @Test
    void aConnectStringWinsOverTheEmbeddedServer() {
        runner.withPropertyValues(CONNECT_STRING, "masterlatch.zookeeper.embedded.enabled=true")
                .run(context -> assertThat(context.getBean(ElectionClient.class).isEmbedded())
                        .isFalse());
    }

    @Test
    void aLeaseLongerThanHalfTheSessionIsRefusedWithBothValues() {
        runner.withPropertyValues(
                        CONNECT_STRING, "masterlatch.lease=3s", "masterlatch.zookeeper.session-timeout=5999ms")
                .run(context -> assertThat(failure(context.getStartupFailure()).getMessage())
                        .contains("masterlatch.lease is 3s", "masterlatch.zookeeper.session-timeout is 5999ms"));
    }

    @Test
    void theSessionTimeoutOfTheSettingsIsNotThatOfTheApplicationsClient() {
        runner.withUserConfiguration(OneClient.class)
                .withPropertyValues("masterlatch.lease=8s")
                .run(context -> assertThat(context).hasSingleBean(MasterLatch.class));
    }

    private static FailureAnalyzedException failure(Throwable thrown) {
        Throwable cause = thrown;
        while (!(cause instanceof FailureAnalyzedException)) {
            assertThat(cause).as("no FailureAnalyzedException in %s", thrown).isNotNull();
            cause = cause.getCause();
        }
        return (FailureAnalyzedException) cause;
    }

    private static CuratorFramework client() {
        return CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1));
    }

    @Configuration(proxyBeanMethods = false)
    static class OneClient {

        @Bean(destroyMethod = "")
        CuratorFramework oneClient() {
            return client();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AnotherClient {

        @Bean(destroyMethod = "")
        CuratorFramework anotherClient() {
            return client();
        }
    }
}
