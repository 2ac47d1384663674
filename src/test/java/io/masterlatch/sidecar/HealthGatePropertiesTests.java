package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class HealthGatePropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        this.runner.run(context -> assertThat(context.getBean(HealthGateProperties.class))
                .isEqualTo(new HealthGateProperties(
                        null, null, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(10), 3)));
    }

    @Test
    void takesWhatIsEmptyForNone() {
        this.runner
                .withPropertyValues("masterlatch.health-gate.url= ", "masterlatch.health-gate.group=")
                .run(context -> {
                    HealthGateProperties health = context.getBean(HealthGateProperties.class);
                    assertThat(health.url()).isNull();
                    assertThat(health.group()).isNull();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "url=http://127.0.0.1:9000/healthz",
                "url=https://app.example.com",
                "group=app",
                "interval=100ms",
                "interval=10m",
                "timeout=100ms",
                "timeout=1m",
                "grace=0s",
                "grace=1h",
                "recovery=1",
                "recovery=100"
            })
    void goodSettings(String setting) {
        this.runner
                .withPropertyValues("masterlatch.health-gate." + setting)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "url=127.0.0.1:9000/healthz",
                "url=/healthz",
                "url=http://",
                "url=ftp://app/",
                "interval=99ms",
                "interval=11m",
                "timeout=0",
                "timeout=61s",
                "grace=-1s",
                "grace=61m",
                "recovery=0",
                "recovery=101",
                "uri=http://app/"
            })
    void badSettings(String setting) {
        this.runner
                .withPropertyValues("masterlatch.health-gate." + setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void otherSettingsOfTheApplicationAreItsOwn() {
        this.runner
                .withPropertyValues("application.name=app", "application.healthy=true")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(HealthGateProperties.class)
    static class Settings {}
}
