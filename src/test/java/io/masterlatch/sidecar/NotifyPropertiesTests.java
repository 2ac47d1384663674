package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class NotifyPropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        this.runner.run(context -> assertThat(context.getBean(NotifyProperties.class))
                .isEqualTo(new NotifyProperties(List.of(), List.of())));
        this.runner
                .withPropertyValues(
                        "masterlatch.notify.webhooks[0].url=https://app/hook",
                        "masterlatch.notify.commands[0].run=/bin/sh,-c,true")
                .run(context -> assertThat(context.getBean(NotifyProperties.class))
                        .isEqualTo(new NotifyProperties(
                                List.of(new NotifyProperties.Webhook("https://app/hook", null, Duration.ofSeconds(5))),
                                List.of(new NotifyProperties.Command(
                                        List.of("/bin/sh", "-c", "true"), Duration.ofSeconds(30))))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "webhooks[0].authorization=Bearer x",
                "webhooks[0].authorization=",
                "webhooks[0].timeout=100ms",
                "webhooks[0].timeout=1m",
                "webhooks[1].url=http://user:password@app/hook?key=value",
                "commands[0].run=sh",
                "commands[0].run[1]=a, b",
                "commands[0].timeout=100ms",
                "commands[0].timeout=1h"
            })
    void goodSettings(String setting) {
        with(setting).run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "webhooks[0].url=app/hook",
                "webhooks[0].url=",
                "webhooks[0].authorization=Bearer \u00fc",
                "webhooks[0].timeout=99ms",
                "webhooks[0].timeout=61s",
                "webhooks[0].uri=http://app/",
                "webhooks[1].timeout=1s",
                "commands[0].run=",
                "commands[0].run=/bin/no-such-program",
                "commands[0].run=no-such-program",
                "commands[0].run=/tmp",
                "commands[0].run=sh -c true",
                "commands[0].timeout=0",
                "commands[0].timeout=61m",
                "commands[1].timeout=1s",
                "webhook=http://app/"
            })
    void badSettings(String setting) {
        with(setting).run(context -> assertThat(context).hasFailed());
    }

    private ApplicationContextRunner with(String setting) {
        List<String> base = setting.startsWith("commands[0].run[1]")
                ? List.of(
                        "masterlatch.notify.webhooks[0].url=http://app/",
                        "masterlatch.notify.commands[0].run[0]=/bin/sh")
                : List.of(
                        "masterlatch.notify.webhooks[0].url=http://app/", "masterlatch.notify.commands[0].run=/bin/sh");
        return this.runner.withPropertyValues(base.toArray(String[]::new)).withPropertyValues("notify." + setting);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(NotifyProperties.class)
    static class Settings {}
}
