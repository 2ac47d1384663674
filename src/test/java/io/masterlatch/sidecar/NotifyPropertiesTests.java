package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.masterlatch.autoconfigure.InvalidSettingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class NotifyPropertiesTests {

    private static final Map<String, String> USUAL =
            Map.of("webhooks[0].url", "https://app/hook", "commands[0].run", "/bin/sh,-c,true");

    @Test
    void defaults() {
        assertThat(bind(Map.of(), Map.of())).isEqualTo(new NotifyProperties(List.of(), List.of()));
        assertThat(bind(USUAL, Map.of()))
                .isEqualTo(new NotifyProperties(
                        List.of(new NotifyProperties.Webhook("https://app/hook", null, Duration.ofSeconds(5))),
                        List.of(new NotifyProperties.Command(
                                List.of("/bin/sh", "-c", "true"), Duration.ofSeconds(30)))));
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
                "commands[1].run[0]=/bin/sh",
                "commands[0].timeout=100ms",
                "commands[0].timeout=1h"
            })
    void goodSettings(String setting) {
        String[] parts = setting.split("=", 2);
        assertThat(bind(USUAL, Map.of(parts[0], parts[1]))).isNotNull();
    }

    @Test
    void anArgumentMayContainAnything() {
        NotifyProperties properties =
                bind(Map.of(), Map.of("commands[0].run[0]", "/bin/sh", "commands[0].run[1]", "a, b"));
        assertThat(properties.commands().get(0).run()).containsExactly("/bin/sh", "a, b");
    }

    @ParameterizedTest
    @CsvSource({
        "webhooks[0].url,app/hook,must begin with http:// or https:// and a host",
        "webhooks[0].url,'',must begin with http:// or https:// and a host",
        "webhooks[0].authorization,Bearer \u00fc,must be printable ASCII",
        "webhooks[0].timeout,99ms,must be a duration from 100ms to 1m",
        "webhooks[0].timeout,61s,must be a duration from 100ms to 1m",
        "commands[0].run,'',must begin with a program that this user can run",
        "commands[0].run,/bin/no-such-program,must begin with a program that this user can run",
        "commands[0].run,no-such-program,must begin with a program that this user can run",
        "commands[0].run,/tmp,must begin with a program that this user can run",
        "commands[0].run,sh -c true,must begin with a program that this user can run",
        "commands[0].timeout,0,must be a duration from 100ms to 1h",
        "commands[0].timeout,61m,must be a duration from 100ms to 1h"
    })
    void badSettings(String name, String value, String allowed) {
        assertRefused(name, value, "masterlatch.notify." + name + " " + allowed);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertRefused("webhooks[1].timeout", "1s", "masterlatch.notify.webhooks[1].url must begin with http://");
        assertRefused("commands[1].timeout", "1s", "masterlatch.notify.commands[1].run must begin with a program");
    }

    @Test
    void theTextHasNoSecret() {
        assertThat(bind(Map.of(), Map.of("webhooks[0].url", "https://me:secret@app/secret?secret"))
                        .toString())
                .doesNotContain("secret");
    }

    private static void assertRefused(String name, String value, String message) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(USUAL, Map.of(name, value)))
                .havingRootCause()
                .isInstanceOf(InvalidSettingException.class)
                .withMessageStartingWith(message);
    }

    private static NotifyProperties bind(Map<String, String> usual, Map<String, String> settings) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        usual.forEach((name, value) -> source.put("masterlatch.notify." + name, value));
        settings.forEach((name, value) -> source.put("masterlatch.notify." + name, value));
        return new Binder(source).bindOrCreate("masterlatch.notify", NotifyProperties.class);
    }
}
