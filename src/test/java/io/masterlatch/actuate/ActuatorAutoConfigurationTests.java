package io.masterlatch.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.autoconfigure.MasterStoreDecorator;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Mockito;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What an application gets, by what is on its class path and what it has set. */
@ExtendWith(OutputCaptureExtension.class)
class ActuatorAutoConfigurationTests {

    private static final String ACTUATOR = "org.springframework.boot.actuate";
    private static final String HEALTH = "org.springframework.boot.health";
    private static final String MICROMETER = "io.micrometer.core";

    private final ApplicationContextRunner withoutLatch = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class,
                    MasterLatchAutoConfiguration.class,
                    ActuatorAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=candidacy");

    private final ApplicationContextRunner runner = withoutLatch.withPropertyValues("masterlatch.mode=always");

    @Test
    void withoutALatchThereIsNothing() {
        withoutLatch
                .withUserConfiguration(Registry.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(MasterHealthIndicator.class)
                        .doesNotHaveBean(MasterInfoContributor.class)
                        .doesNotHaveBean(CandidacyEndpoint.class)
                        .doesNotHaveBean(MasterMetrics.class));
    }

    @Test
    void withEverythingThereIsEverything(CapturedOutput output) {
        runner.withUserConfiguration(Registry.class).run(context -> {
            assertThat(context)
                    .hasBean("masterHealthIndicator")
                    .hasBean("electionHealthIndicator")
                    .hasSingleBean(MasterInfoContributor.class)
                    .hasSingleBean(CandidacyEndpoint.class)
                    .hasSingleBean(CandidacyArguments.class)
                    .hasSingleBean(MasterMetrics.class)
                    .hasSingleBean(MasterStoreDecorator.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            await().until(() -> registry.get("masterlatch.claims")
                            .tag("outcome", "claimed")
                            .timer()
                            .count()
                    == 1);
        });
        assertThat(output).doesNotContain("is not eligible for getting processed by all BeanPostProcessors");
    }

    @Test
    void withoutActuatorThereAreMetricsOnly() {
        runner.withUserConfiguration(Registry.class)
                .withClassLoader(new FilteredClassLoader(ACTUATOR, HEALTH))
                .run(context -> assertThat(context)
                        .hasSingleBean(MasterMetrics.class)
                        .doesNotHaveBean(MasterHealthIndicator.class)
                        .doesNotHaveBean(MasterInfoContributor.class)
                        .doesNotHaveBean(CandidacyEndpoint.class));
    }

    @Test
    void withoutHealthThereIsTheRest() {
        runner.withClassLoader(new FilteredClassLoader(HEALTH))
                .run(context -> assertThat(context)
                        .doesNotHaveBean(MasterHealthIndicator.class)
                        .hasSingleBean(MasterInfoContributor.class)
                        .hasSingleBean(CandidacyEndpoint.class));
    }

    @Test
    void withoutMicrometerThereIsTheRest() {
        runner.withClassLoader(new FilteredClassLoader(MICROMETER)).run(context -> {
            assertThat(context)
                    .hasSingleBean(MasterHealthIndicator.class)
                    .hasSingleBean(MasterInfoContributor.class)
                    .hasSingleBean(CandidacyEndpoint.class)
                    .doesNotHaveBean(MasterStoreDecorator.class);
            context.getBean(MasterLatch.class).await();
        });
    }

    @Test
    void withoutAnyOfThemTheLatchWorks() {
        runner.withClassLoader(new FilteredClassLoader(ACTUATOR, HEALTH, MICROMETER))
                .run(context -> context.getBean(MasterLatch.class).await());
    }

    @Test
    void aMockInPlaceOfTheLatchStarts() {
        runner.withUserConfiguration(Registry.class)
                // As @MockitoBean does.
                .withInitializer(context -> context.addBeanFactoryPostProcessor(beans -> {
                    ((BeanDefinitionRegistry) beans).removeBeanDefinition("masterLatch");
                    beans.registerSingleton("masterLatch", Mockito.mock(MasterLatch.class));
                }))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(MasterMetrics.class));
    }

    @Test
    void withoutARegistryNothingIsMeasured() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(MasterLatchAutoConfiguration.class, ActuatorAutoConfiguration.class))
                .withPropertyValues("masterlatch.mode=always")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(MasterMetrics.class)
                        .doesNotHaveBean(MasterStoreDecorator.class));
    }

    @Test
    void severalRegistriesAreNoObstacle() {
        runner.withUserConfiguration(Registry.class)
                .withBean("another", MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> {
                    context.getBean(MasterLatch.class).await();
                    assertThat(context.getBeansOfType(MeterRegistry.class).values())
                            .hasSize(3)
                            .allSatisfy(
                                    registry -> registry.get("masterlatch.role").gauges());
                });
    }

    /** A tag common to all meters of an application is for the application to set. */
    @Test
    void metersOfTheApplicationStayAsTheyAre() {
        runner.withUserConfiguration(Registry.class).run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            registry.counter("orders", "kind", "new");

            assertThat(registry.getMeters())
                    .extracting(Meter::getId)
                    .filteredOn(id -> !id.getName().startsWith("masterlatch."))
                    .singleElement()
                    .satisfies(id -> assertThat(id.getTags()).hasSize(1));
        });
    }

    @Test
    void metricsSayThatTheElectionIsSimulatedAndWhichVersionThisIs() {
        runner.withUserConfiguration(Registry.class).run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("masterlatch.simulated").gauge().value()).isOne();
            assertThat(registry.get("masterlatch.embedded").gauge().value()).isZero();
            assertThat(registry.get("masterlatch.info").gauge().getId().getTag("version"))
                    .isNotEmpty();
        });
    }

    @Test
    void healthSaysThatTheElectionIsSimulated() {
        runner.run(context -> {
            context.getBean(MasterLatch.class).await();
            var health = context.getBean(MasterHealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("zookeeper", "none: masterlatch.mode is always")
                    .hasEntrySatisfying(
                            "warning",
                            warning -> assertThat(warning)
                                    .asString()
                                    .startsWith("masterlatch.mode is always, which is for tests and development only"));
        });
    }

    @Test
    void eachCanBeSwitchedOff() {
        runner.withPropertyValues(
                        "management.health.master.enabled=false",
                        "management.health.election.enabled=false",
                        "management.info.masterlatch.enabled=false",
                        "management.endpoint.candidacy.access=NONE")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(MasterHealthIndicator.class)
                        .doesNotHaveBean(ElectionLivenessIndicator.class)
                        .doesNotHaveBean(MasterInfoContributor.class)
                        .doesNotHaveBean(CandidacyEndpoint.class));
    }

    @Test
    void candidacyIsThereOnlyWhereItIsExposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(CandidacyEndpoint.class)
                        .doesNotHaveBean(CandidacyArguments.class));
    }

    @Test
    void anIndicatorOfTheSameNameInTheApplicationStays() {
        runner.withBean("masterHealthIndicator", String.class, () -> "the application's own")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MasterHealthIndicator.class));
    }

    @Test
    void aLatchOfTheApplicationIsEnough() {
        withoutLatch
                .withUserConfiguration(Registry.class)
                .withBean(
                        MasterLatch.class,
                        () -> MasterLatch.builder(new FakeMasterStore())
                                .address("app1.example.com:9000")
                                .build())
                .run(context -> {
                    assertThat(context).hasSingleBean(MasterMetrics.class);
                    assertThat(context.getBean(MasterHealthIndicator.class)
                                    .health()
                                    .getDetails())
                            .doesNotContainKey("zookeeper");
                });
    }

    @Test
    void infoShowsTheRoleAndTheMaster() {
        runner.run(context -> {
            context.getBean(MasterLatch.class).await();
            assertThat(info(context.getBean(MasterInfoContributor.class)))
                    .isEqualTo(
                            Map.of("election", "/master", "role", Role.MASTER, "master", "localhost:1", "epoch", 0L));
        });
        withoutLatch.withPropertyValues("masterlatch.mode=never").run(context -> {
            await().untilAsserted(() -> assertThat(info(context.getBean(MasterInfoContributor.class)))
                    .isEqualTo(Map.of("election", "/master", "role", Role.OBSERVER)));
        });
    }

    private static Object info(MasterInfoContributor contributor) {
        Info.Builder builder = new Info.Builder();
        contributor.contribute(builder);
        return builder.build().get("masterlatch");
    }

    @Configuration(proxyBeanMethods = false)
    static class Registry {

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }
}
