package io.masterlatch.integration;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.integration.leader.event.OnGrantedEvent;

/** Auto-configures Spring Integration's events for gaining and losing leadership. */
@AutoConfiguration(after = MasterLatchAutoConfiguration.class)
@ConditionalOnClass(OnGrantedEvent.class)
@ConditionalOnSingleCandidate(MasterLatch.class)
public final class IntegrationAutoConfiguration {

    // Created before the latch starts, so that no event is missed. No other bean depends on it. A child context's
    // events reach its parent too.
    @Bean
    @Lazy(false)
    @ConditionalOnMissingBean
    LeaderEvents masterLatchLeaderEvents(MasterLatch latch, ApplicationEventPublisher publisher) {
        LeaderEvents events = new LeaderEvents(latch, latch.getElection(), publisher);
        latch.addListener(events);
        return events;
    }
}
