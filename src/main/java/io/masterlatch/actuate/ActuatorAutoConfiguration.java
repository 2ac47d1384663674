package io.masterlatch.actuate;

import io.masterlatch.autoconfigure.ElectionClient;
import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configures health, info, metrics and the endpoint {@code candidacy}, each if the library that it is for is
 * there.
 */
@AutoConfiguration(
        after = MasterLatchAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnSingleCandidate(MasterLatch.class)
public final class ActuatorAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
    static class HealthConfiguration {

        @Bean
        @ConditionalOnEnabledHealthIndicator("master")
        @ConditionalOnMissingBean(name = "masterHealthIndicator")
        MasterHealthIndicator masterHealthIndicator(MasterLatch latch, ObjectProvider<ElectionClient> client) {
            return new MasterHealthIndicator(
                    latch,
                    client.stream().map(ElectionClient::toString).findFirst().orElse(null));
        }

        @Bean
        @ConditionalOnEnabledHealthIndicator("election")
        @ConditionalOnMissingBean(name = "electionHealthIndicator")
        ElectionLivenessIndicator electionHealthIndicator(MasterLatch latch) {
            return new ElectionLivenessIndicator(latch);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
    static class InfoConfiguration {

        @Bean
        @ConditionalOnEnabledInfoContributor("masterlatch")
        MasterInfoContributor masterLatchInfoContributor(MasterLatch latch) {
            return new MasterInfoContributor(latch);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class EndpointConfiguration {

        @Bean
        @ConditionalOnAvailableEndpoint
        CandidacyEndpoint masterLatchCandidacyEndpoint(MasterLatch latch) {
            return new CandidacyEndpoint(latch);
        }

        @Bean
        @ConditionalOnAvailableEndpoint(endpoint = CandidacyEndpoint.class)
        CandidacyArguments masterLatchCandidacyArguments() {
            return new CandidacyArguments();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean(MeterRegistry.class)
    static class MetricsConfiguration {

        @Bean
        @ConditionalOnMissingBean
        MasterMetrics masterLatchMetrics(MasterLatch latch, ObjectProvider<ElectionClient> client) {
            return new MasterMetrics(
                    latch,
                    client.stream().anyMatch(ElectionClient::isEmbedded),
                    client.stream().anyMatch(ElectionClient::isSimulated));
        }

        @Bean
        RequestMetrics masterLatchRequestMetrics(ObjectProvider<MasterLatch> latch) {
            // It is part of the latch, so that it is made first.
            return new RequestMetrics(() -> String.valueOf(latch.getObject().getElection()));
        }
    }
}
