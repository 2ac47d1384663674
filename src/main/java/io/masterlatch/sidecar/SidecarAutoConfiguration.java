package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.autoconfigure.MisconfigurationException;
import io.masterlatch.autoconfigure.Settings;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Auto-configures the health gate and the notifications of an application, each when its settings ask for it. */
@AutoConfiguration(after = {MasterLatchAutoConfiguration.class, SslAutoConfiguration.class})
@ConditionalOnSingleCandidate(MasterLatch.class)
@EnableConfigurationProperties({HealthGateProperties.class, NotifyProperties.class})
public final class SidecarAutoConfiguration {

    private static final String URL = HealthGateProperties.URL;
    private static final String GROUP = HealthGateProperties.GROUP;

    // Boot's setting for all HTTP clients of an application.
    private static final String SSL_BUNDLE = "spring.http.clients.ssl.bundle";

    // Created when there is something to call, since a client has threads.
    @Bean
    @Lazy
    HttpCaller masterLatchHttpCaller(Environment environment, ObjectProvider<SslBundles> bundles) {
        String bundle = Settings.text(environment.getProperty(SSL_BUNDLE));
        try {
            return bundle == null ? new HttpCaller() : new HttpCaller(bundles.getObject(), bundle);
        } catch (RuntimeException ex) {
            throw new MisconfigurationException(
                    SSL_BUNDLE + " is \"" + bundle + "\", and this SSL bundle cannot be used: " + ex.getMessage(),
                    "Correct what is set for it below spring.ssl.bundle, or the files that are named there.",
                    ex);
        }
    }

    /** The health gate. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(HealthGateConfiguration.OnUrlOrGroup.class)
    static class HealthGateConfiguration {

        // A child context has the settings of its parent, which has it already; so with the notifier.
        @Bean
        @ConditionalOnMissingBean
        HealthGate masterLatchHealthGate(
                MasterLatch latch,
                HealthGateProperties properties,
                ObjectProvider<HttpCaller> http,
                ObjectProvider<HealthCheck> groupCheck) {
            MutuallyExclusiveConfigurationPropertiesException.throwIfMultipleNonNullValuesIn(entries -> {
                entries.put(URL, properties.url());
                entries.put(GROUP, properties.group());
            });
            HealthCheck check = properties.url() != null
                    ? new UrlCheck(http.getObject(), HttpTarget.of(URL, properties.url(), null), properties.timeout())
                    : groupCheck.getIfAvailable(() -> noGroups(properties));
            return new HealthGate(latch, check, properties);
        }

        static <T> T noGroups(HealthGateProperties properties) {
            throw new MisconfigurationException(
                    GROUP + " is \"" + properties.group()
                            + "\", but there is no actuator endpoint health that has groups.",
                    "Add spring-boot-starter-actuator and set management.endpoint.health.access to read-only, its default,"
                            + " or leave out " + GROUP + ".");
        }

        static final class OnUrlOrGroup implements Condition {
            @Override
            public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
                return Stream.of(URL, GROUP)
                        .anyMatch(name ->
                                StringUtils.hasText(context.getEnvironment().getProperty(name)));
            }
        }

        /** The check of a health group, which needs the actuator. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(HealthEndpoint.class)
        static class GroupConfiguration {

            @Bean
            @Lazy
            HealthCheck masterLatchGroupCheck(
                    HealthGateProperties properties,
                    ObjectProvider<HealthEndpoint> endpoint,
                    ObjectProvider<HealthEndpointGroups> groups) {
                return GroupCheck.of(
                        endpoint.getIfAvailable(() -> noGroups(properties)),
                        groups.getIfAvailable(() -> noGroups(properties)),
                        properties.group());
            }
        }
    }

    /** The notifications. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(NotificationConfiguration.OnTargets.class)
    static class NotificationConfiguration {

        @Bean
        @ConditionalOnMissingBean
        Notifier masterLatchNotifier(MasterLatch latch, NotifyProperties properties, ObjectProvider<HttpCaller> http) {
            List<NotificationTarget> targets = new ArrayList<>();
            int number = 0;
            for (NotifyProperties.Webhook webhook : properties.webhooks()) {
                targets.add(new Webhook("webhook " + ++number, http.getObject(), webhook.target(), webhook.timeout()));
            }
            number = 0;
            for (NotifyProperties.Command command : properties.commands()) {
                targets.add(new Command("command " + ++number, command.run(), command.timeout()));
            }
            return new Notifier(latch, Clock.systemUTC(), targets);
        }

        static final class OnTargets implements Condition {
            @Override
            public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
                return Binder.get(context.getEnvironment())
                        .bind("masterlatch.notify", Bindable.mapOf(String.class, Object.class))
                        .isBound();
            }
        }

        /** The metrics of the notifications. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(MeterBinder.class)
        static class MetricsConfiguration {

            @Bean
            MeterBinder masterLatchNotificationMetrics(MasterLatch latch, Notifier notifier) {
                return registry -> notifier.workers().forEach(worker -> {
                    Tags tags = Tags.of("election", latch.getElection(), "target", worker.name());
                    count(registry, worker, tags.and("outcome", "delivered"), NotificationWorker::delivered);
                    count(registry, worker, tags.and("outcome", "failed"), NotificationWorker::failed);
                });
            }

            private static void count(
                    MeterRegistry registry,
                    NotificationWorker worker,
                    Tags tags,
                    ToDoubleFunction<NotificationWorker> value) {
                FunctionCounter.builder("masterlatch.notifications", worker, value)
                        .description("Attempts to deliver a notification")
                        .tags(tags)
                        .register(registry);
            }
        }
    }
}
