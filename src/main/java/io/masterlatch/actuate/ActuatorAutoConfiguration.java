package io.masterlatch.actuate;

import io.masterlatch.autoconfigure.ElectionClient;
import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.election.MasterStore;
import io.masterlatch.latch.MasterLatch;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** Auto-configures health, metrics and the endpoint {@code candidacy}. */
@AutoConfiguration(after = MasterLatchAutoConfiguration.class)
@ConditionalOnBean(MasterLatch.class)
public final class ActuatorAutoConfiguration {

    @Bean
    MasterHealthIndicator masterHealthIndicator(MasterLatch latch, ElectionClient client) {
        return new MasterHealthIndicator(latch, client.toString());
    }

    @Bean
    ElectionLivenessIndicator electionHealthIndicator(MasterLatch latch) {
        return new ElectionLivenessIndicator(latch);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    CandidacyEndpoint candidacyEndpoint(MasterLatch latch) {
        return new CandidacyEndpoint(latch);
    }

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = CandidacyEndpoint.class)
    CandidacyArguments candidacyArguments() {
        return new CandidacyArguments();
    }

    @Bean
    MasterMetrics masterMetrics(MasterLatch latch, ElectionClient client) {
        return new MasterMetrics(latch, client.isEmbedded());
    }

    @Bean
    static BeanPostProcessor meteredMasterStorePostProcessor(ObjectProvider<MeterRegistry> registries) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof MasterStore store && !(bean instanceof MeteredMasterStore)
                        ? new MeteredMasterStore(store, registries.getObject())
                        : bean;
            }
        };
    }
}
