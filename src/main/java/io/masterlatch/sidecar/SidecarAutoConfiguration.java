package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** Puts together what the service does for the application beside it, or built on it. */
@AutoConfiguration(after = MasterLatchAutoConfiguration.class)
@ConditionalOnBean(MasterLatch.class)
@EnableConfigurationProperties({HealthGateProperties.class, NotifyProperties.class})
public final class SidecarAutoConfiguration {

    private static final String GROUP = "masterlatch.health-gate.group";

    // The component that the bean masterHealthIndicator is.
    private static final String OWN_COMPONENT = "master";

    /** Made when somebody is to be called, since a client has threads. */
    @Bean
    @Lazy
    HttpCaller httpCaller() {
        return new HttpCaller();
    }

    @Bean
    @Nullable
    HealthGate healthGate(
            MasterLatch latch,
            HealthGateProperties health,
            ObjectProvider<HttpCaller> caller,
            ObjectProvider<HealthEndpoint> endpoint,
            ObjectProvider<HealthEndpointGroups> groups) {
        if (health.url() != null && health.group() != null) {
            throw new FailureAnalyzedException(
                    "Both masterlatch.health-gate.url and " + GROUP + " are set.",
                    "Set one of them: the other would not count.");
        }
        HealthCheck check = null;
        if (health.url() != null) {
            check = new UrlCheck(caller.getObject(), HttpTarget.of(health.url(), null), health.timeout());
        } else if (health.group() != null) {
            check = groupCheck(health.group(), endpoint.getIfAvailable(), groups.getIfAvailable());
        }
        return check == null
                ? null
                : new HealthGate(
                        latch,
                        check,
                        new HealthGate.Pace(health.interval(), health.timeout(), health.grace(), health.recovery()));
    }

    @Bean
    Notifier notifier(
            MasterLatch latch, NotifyProperties notify, ObjectProvider<HttpCaller> caller, MeterRegistry registry) {
        Notifier notifier = new Notifier(latch, Clock.systemUTC(), registry);
        int number = 0;
        for (NotifyProperties.Webhook webhook : notify.webhooks()) {
            HttpTarget target = HttpTarget.of(webhook.url(), webhook.authorization());
            notifier.addWebhook("webhook " + ++number, caller.getObject(), target, webhook.timeout());
        }
        number = 0;
        for (NotifyProperties.Command command : notify.commands()) {
            notifier.addCommand("command " + ++number, command.run(), command.timeout());
        }
        return notifier;
    }

    private static HealthCheck groupCheck(
            String name, @Nullable HealthEndpoint endpoint, @Nullable HealthEndpointGroups groups) {
        if (endpoint == null || groups == null) {
            throw new FailureAnalyzedException(
                    GROUP + " is \"" + name + "\", but there is no actuator endpoint health that has groups.",
                    "Set management.endpoint.health.access to read-only, its default, or leave out " + GROUP + ".");
        }
        try {
            return new GroupCheck(endpoint, groups, name, OWN_COMPONENT);
        } catch (IllegalArgumentException ex) {
            throw new FailureAnalyzedException(
                    GROUP + " is \"" + name + "\". " + ex.getMessage() + ".",
                    "Define a group of the application's own components, such as"
                            + " management.endpoint.health.group.fit.include=db, and set " + GROUP + "=fit.",
                    ex);
        }
    }
}
