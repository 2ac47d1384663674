package io.masterlatch.web;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Auto-configures the HTTP interface. */
@AutoConfiguration(after = MasterLatchAutoConfiguration.class)
@ConditionalOnBean(MasterLatch.class)
@EnableConfigurationProperties(SubscribersProperties.class)
@Import({
    MasterController.class,
    RoleController.class,
    CandidatesController.class,
    HistoryController.class,
    PageController.class,
    Reporter.class,
    Watchers.class,
    AnswerConverter.class,
    NoStoreFilter.class,
    SecurityHeaders.class
})
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
