package io.masterlatch;

import io.masterlatch.beside.GroupCheck;
import io.masterlatch.beside.HealthCheck;
import io.masterlatch.beside.HealthGate;
import io.masterlatch.beside.HttpCaller;
import io.masterlatch.beside.HttpTarget;
import io.masterlatch.beside.Notifier;
import io.masterlatch.beside.UrlCheck;
import io.masterlatch.guard.MasterGuard;
import io.masterlatch.guard.OnlyMasterPostProcessor;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Puts together what the service does for the application beside it, or built on it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ApplicationHealthProperties.class, NotifyProperties.class})
class BesideConfiguration {

    private static final String GROUP = "application.health.group";

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
            ApplicationHealthProperties health,
            ObjectProvider<HttpCaller> caller,
            ObjectProvider<HealthEndpoint> endpoint,
            ObjectProvider<HealthEndpointGroups> groups) {
        if (health.url() != null && health.group() != null) {
            throw new FailureAnalyzedException(
                    "Both application.health.url and " + GROUP + " are set.",
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

    @Bean
    MasterGuard masterGuard(MasterLatch latch) {
        return new MasterGuard(latch);
    }

    @Bean
    static OnlyMasterPostProcessor onlyMasterPostProcessor(ObjectProvider<MasterGuard> guard) {
        return new OnlyMasterPostProcessor(guard::getObject);
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
