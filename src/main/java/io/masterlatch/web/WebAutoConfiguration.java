package io.masterlatch.web;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/** Auto-configures the HTTP interface. */
@AutoConfiguration(after = MasterLatchAutoConfiguration.class)
@ConditionalOnBean(MasterLatch.class)
@EnableConfigurationProperties(SubscribersProperties.class)
@ComponentScan
public final class WebAutoConfiguration {

    private static final int HISTORY_LENGTH = 100;

    @Bean
    WatchLimits watchLimits(SubscribersProperties subscribers) {
        return new WatchLimits(subscribers.limit(), subscribers.heartbeat());
    }

    @Bean
    MastershipHistory mastershipHistory(MasterLatch latch) {
        MastershipHistory history = new MastershipHistory(Clock.systemUTC(), HISTORY_LENGTH);
        latch.addChangeListener(history);
        return history;
    }
}
