package io.masterlatch.web;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.web.servlet.DispatcherServlet;
import tools.jackson.databind.json.JsonMapper;

/**
 * Auto-configures the HTTP interface, if {@code masterlatch.web.enabled} is true. It answers on its own paths below
 * {@code masterlatch.web.base-path} and changes nothing on any other.
 */
@AutoConfiguration(after = {MasterLatchAutoConfiguration.class, DispatcherServletAutoConfiguration.class})
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass({DispatcherServlet.class, DispatcherServletPath.class, JsonMapper.class})
@Conditional(WebAutoConfiguration.OnEnabled.class)
@ConditionalOnSingleCandidate(MasterLatch.class)
@EnableConfigurationProperties({WebProperties.class, SubscribersProperties.class})
public final class WebAutoConfiguration {

    // Spring Security's filters have -100: they see the path without the slash, as its rules name it.
    private static final int BEFORE_SECURITY = -110;

    @Bean
    FilterRegistrationBean<PathsFilter> masterLatchPathsFilter(
            WebProperties web, ObjectProvider<DispatcherServletPath> servlet, ObjectProvider<PageController> page) {
        String prefix = servlet.stream()
                .findFirst()
                .map(DispatcherServletPath::getPrefix)
                .orElse("");
        // The page and the description are the service's own.
        String base = page.getIfAvailable() == null ? null : prefix + web.basePath();
        FilterRegistrationBean<PathsFilter> filter = new FilterRegistrationBean<>(new PathsFilter(base));
        web.paths().forEach(path -> filter.addUrlPatterns(prefix + path, prefix + path + "/"));
        filter.setOrder(BEFORE_SECURITY);
        return filter;
    }

    @Bean
    RefusalResolver masterLatchRefusalResolver() {
        return new RefusalResolver();
    }

    @Bean
    Subscribers masterLatchSubscribers(MasterLatch latch, SubscribersProperties properties) {
        return new Subscribers(latch, properties.limit(), properties.heartbeat());
    }

    @Bean
    HandOverAtClose masterLatchHandOverAtClose(ApplicationContext context, MasterLatch latch, Subscribers subscribers) {
        return new HandOverAtClose(context, latch, subscribers);
    }

    // The names are long, since an application may well have a RoleController of its own.

    @Bean
    MasterController masterLatchMasterController(
            MasterLatch latch, Subscribers subscribers, SubscribersProperties properties) {
        return new MasterController(new MasterStateProvider(latch), subscribers, properties.heartbeat());
    }

    @Bean
    RoleController masterLatchRoleController(MasterLatch latch) {
        return new RoleController(latch);
    }

    @Bean
    CandidatesController masterLatchCandidatesController(MasterLatch latch) {
        return new CandidatesController(latch);
    }

    /** Created at the start, since it keeps the changes from then on. */
    @Bean
    @Lazy(false)
    HistoryController masterLatchHistoryController(MasterLatch latch) {
        HistoryController history = new HistoryController(latch.getElection(), Clock.systemUTC());
        latch.addChangeListener(history);
        return history;
    }

    /** Reads the setting. Boot's own condition takes a value that is neither true nor false for false. */
    static final class OnEnabled implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                    .bind("masterlatch.web.enabled", Boolean.class)
                    .orElse(false);
        }
    }

    /** The metrics of waiting clients, and of their limit. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {

        @Bean
        MeterBinder masterLatchSubscribersMetrics(MasterLatch latch, Subscribers subscribers) {
            return registry -> {
                Gauge.builder("masterlatch.subscribers", subscribers, Subscribers::count)
                        .description("How many clients wait for changes, over event streams and long polls together")
                        .tag("election", latch.getElection())
                        .register(registry);
                Gauge.builder("masterlatch.subscribers.limit", subscribers, Subscribers::limit)
                        .description("How many clients may wait for changes; one more is refused")
                        .tag("election", latch.getElection())
                        .register(registry);
            };
        }
    }
}
