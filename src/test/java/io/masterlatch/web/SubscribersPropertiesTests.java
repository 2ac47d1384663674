package io.masterlatch.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class SubscribersPropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        this.runner.run(context -> assertThat(context.getBean(SubscribersProperties.class))
                .isEqualTo(new SubscribersProperties(200, Duration.ofSeconds(15))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100_000})
    void goodLimits(int limit) {
        this.runner
                .withPropertyValues("masterlatch.subscribers.limit=" + limit)
                .run(context -> assertThat(
                                context.getBean(SubscribersProperties.class).limit())
                        .isEqualTo(limit));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "masterlatch.subscribers.limit=-1",
                "masterlatch.subscribers.limit=100001",
                "masterlatch.subscribers.limit=many",
                "masterlatch.subscribers.heartbeat=999ms",
                "masterlatch.subscribers.heartbeat=11m",
                "masterlatch.subscribers.heartbeat=0"
            })
    void badSettings(String setting) {
        this.runner
                .withPropertyValues(setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(SubscribersProperties.class)
    static class Settings {}
}
