package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class WatchPropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        this.runner.run(context -> assertThat(context.getBean(WatchProperties.class))
                .isEqualTo(new WatchProperties(1000, Duration.ofSeconds(15))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100_000})
    void goodLimits(int limit) {
        this.runner
                .withPropertyValues("watch.limit=" + limit)
                .run(context -> assertThat(
                                context.getBean(WatchProperties.class).limit())
                        .isEqualTo(limit));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "watch.limit=-1",
                "watch.limit=100001",
                "watch.limit=many",
                "watch.heartbeat=999ms",
                "watch.heartbeat=11m",
                "watch.heartbeat=0",
                "watch.heartbeats=10s"
            })
    void badSettings(String setting) {
        this.runner
                .withPropertyValues(setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(WatchProperties.class)
    static class Settings {}
}
