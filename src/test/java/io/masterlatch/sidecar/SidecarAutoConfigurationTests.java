package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.TestedService;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The sidecar in an application with a latch, and the messages about its settings. */
@ExtendWith(OutputCaptureExtension.class)
class SidecarAutoConfigurationTests {

    private static final String GROUP = "management.endpoint.health.group.fit.include=app";
    private static final String REFUSED = "http://127.0.0.1:" + Loopback.freePort() + "/health";

    private final FakeMasterStore node = new FakeMasterStore();
    private final MasterLatch latch =
            MasterLatch.builder(node).address("self.example.com:1").build();
    private final App app = new App();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean("latch", MasterLatch.class, () -> latch, definition -> definition.setDestroyMethodName(""))
            .withUserConfiguration(Lifecycle.class)
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, SidecarAutoConfiguration.class));
    private final ApplicationContextRunner withHealth = runner.withBean(
                    "appHealthIndicator", HealthIndicator.class, () -> app)
            .withConfiguration(AutoConfigurations.of(
                    EndpointAutoConfiguration.class,
                    HealthContributorAutoConfiguration.class,
                    HealthContributorRegistryAutoConfiguration.class,
                    HealthEndpointAutoConfiguration.class));

    @AfterEach
    void close() {
        latch.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "masterlatch.health-gate.url=",
                "masterlatch.health-gate.interval=1s",
                "masterlatch.notify.webhooks=",
                "a=b"
            })
    void withoutAnAddressOrATargetThereIsNeitherAGateNorAThread(String setting) {
        runner.withPropertyValues(setting).run(context -> {
            node.awaitRole(latch, Role.MASTER);
            assertThat(context).doesNotHaveBean(HealthGate.class);
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("masterlatch-notify") || name.startsWith("masterlatch-health"));
        });
    }

    @Test
    void withoutALatchThereIsNothing() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SidecarAutoConfiguration.class))
                .withPropertyValues("masterlatch.health-gate.url=nonsense")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthGateProperties.class));
    }

    @Test
    void needsNeitherMicrometerNorTheActuatorNorWebNorJackson() {
        runner.withClassLoader(new FilteredClassLoader(
                        "io.micrometer",
                        "org.springframework.boot.health",
                        "org.springframework.boot.actuate",
                        "org.springframework.web",
                        "jakarta.servlet",
                        "com.fasterxml.jackson",
                        "tools.jackson"))
                .withPropertyValues(
                        "masterlatch.health-gate.url=" + REFUSED,
                        "masterlatch.notify.webhooks[0].url=" + REFUSED,
                        "masterlatch.notify.commands[0].run=/bin/true")
                .run(context -> {
                    assertThat(context).hasSingleBean(HealthGate.class).hasSingleBean(Notifier.class);
                    assertThat(context).doesNotHaveBean("masterLatchNotificationMetrics");
                    node.awaitRole(latch, Role.OBSERVER);
                });
    }

    @Test
    void readsTargetsFromTheEnvironmentToo() {
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "systemEnvironment", Map.of("MASTERLATCH_NOTIFY_WEBHOOKS_0_URL", REFUSED))))
                .run(context -> assertThat(context).hasSingleBean(Notifier.class));
    }

    @Test
    void countsAttempts() {
        MeterRegistry registry = new SimpleMeterRegistry();
        runner.withPropertyValues("masterlatch.notify.commands[0].run=/bin/true")
                .run(context -> {
                    context.getBean(MeterBinder.class).bindTo(registry);
                    node.awaitRole(latch, Role.MASTER);
                    await().until(() -> registry.get("masterlatch.notifications")
                                    .tags("election", "/master", "target", "command 1", "outcome", "delivered")
                                    .functionCounter()
                                    .count()
                            > 0);
                });
    }

    @Test
    void followsTheHealthOfTheApplicationItIsPartOf() {
        app.status = Status.DOWN;
        withHealth
                .withPropertyValues(
                        GROUP,
                        "masterlatch.health-gate.group=fit",
                        "masterlatch.health-gate.interval=100ms",
                        "masterlatch.health-gate.grace=0s")
                .run(context -> {
                    node.awaitRole(latch, Role.OBSERVER);
                    app.status = Status.UP;
                    node.awaitRole(latch, Role.MASTER);
                    app.status = Status.OUT_OF_SERVICE;
                    node.awaitRole(latch, Role.OBSERVER);
                    assertThat(latch.suspended())
                            .contains("the application (health group fit) is not healthy: it is OUT_OF_SERVICE");
                    app.status = Status.UNKNOWN;
                    node.awaitRole(latch, Role.MASTER);
                });
    }

    @Test
    void startsBeforeTheApplicationAndIsNoCandidateAfterARestart() {
        runner.withPropertyValues("masterlatch.health-gate.url=" + REFUSED).run(context -> {
            node.awaitRole(latch, Role.OBSERVER);
            context.getSourceApplicationContext(ConfigurableApplicationContext.class)
                    .stop();
            assertThat(context.getBean(HealthGate.class).isRunning()).isFalse();
            context.getSourceApplicationContext(ConfigurableApplicationContext.class)
                    .start();
            node.awaitRole(latch, Role.OBSERVER);
            assertThat(latch.suspended().orElseThrow())
                    .startsWith("the application (" + REFUSED + ") has not been healthy yet");
        });
    }

    @Test
    void aGroupWithoutTheActuatorEndsTheStart() {
        runner.withPropertyValues("masterlatch.health-gate.group=fit")
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining(
                                "masterlatch.health-gate.group is \"fit\", but there is no actuator endpoint health"));
    }

    static Stream<Arguments> wrongSettings() {
        return Stream.of(
                wrong(
                        "masterlatch.health-gate.group is \"fit\". It must be the name of a health group, of which there"
                                + " are [liveness, readiness].",
                        "masterlatch.health-gate.group=fit"),
                wrong(
                        "masterlatch.health-gate.group is \"fit\". This health group has the election's own component"
                                + " 'master' in it",
                        "masterlatch.health-gate.group=fit",
                        "management.endpoint.health.group.fit.include=*"),
                wrong(
                        "masterlatch.health-gate.group is \"fit\", but there is no actuator endpoint health",
                        "masterlatch.health-gate.group=fit",
                        "management.endpoint.health.access=none"),
                wrong(
                        "masterlatch.health-gate.url",
                        "masterlatch.health-gate.group=fit",
                        "masterlatch.health-gate.url=http://127.0.0.1:1/secret"),
                wrong(
                        "masterlatch.health-gate.url is \"ftp://******@app/?******\" (commandLineArgs). It must begin with",
                        "masterlatch.health-gate.url=ftp://me:secret@app/?key=secret"),
                wrong(
                        "masterlatch.notify.webhooks[0].url is \"******\" (commandLineArgs). It must begin with http://",
                        "masterlatch.notify.webhooks[0].url=hooks.example.com/secret"),
                wrong(
                        "masterlatch.notify.webhooks[0].timeout is \"1h\" (commandLineArgs). It must be a duration from"
                                + " 100ms to 1m",
                        "masterlatch.notify.webhooks[0].url=http://app/secret",
                        "masterlatch.notify.webhooks[0].timeout=1h"),
                wrong(
                        "spring.http.clients.ssl.bundle is \"nowhere\", and this SSL bundle cannot be used",
                        "masterlatch.notify.webhooks[0].url=https://app/secret",
                        "spring.http.clients.ssl.bundle=nowhere"));
    }

    private static Arguments wrong(String message, String... settings) {
        return Arguments.of(message, List.of(settings));
    }

    @ParameterizedTest
    @MethodSource("wrongSettings")
    void aWrongSettingEndsTheStartWithOneMessageWithoutASecret(
            String message, List<String> settings, CapturedOutput output) {
        Stream<String> usual = Stream.of("masterlatch.zookeeper.connect-string=127.0.0.1:1", "server.port=0");
        assertThatException()
                .isThrownBy(() -> new TestedService()
                        .web(WebApplicationType.NONE)
                        .run(Stream.concat(usual, settings.stream())
                                .map("--"::concat)
                                .toArray(String[]::new)));

        assertThat(output.getAll())
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .contains(message)
                .doesNotContain("secret", "\tat ");
    }

    /** Starts and stops the latch in the phase in which the lifecycle of a host does. */
    @Configuration(proxyBeanMethods = false)
    static class Lifecycle {

        @Bean
        SmartLifecycle latchLifecycle(MasterLatch latch) {
            return new SmartLifecycle() {
                @Override
                public void start() {
                    latch.start();
                }

                @Override
                public void stop() {
                    latch.close();
                }

                @Override
                public boolean isRunning() {
                    return latch.getState() == MasterLatch.State.STARTED;
                }
            };
        }
    }

    /** The application's own health. */
    private static final class App implements HealthIndicator {

        private volatile Status status = Status.UP;

        @Override
        public Health health() {
            return Health.status(status).build();
        }
    }
}
