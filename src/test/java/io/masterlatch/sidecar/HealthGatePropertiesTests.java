package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.masterlatch.autoconfigure.InvalidSettingException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class HealthGatePropertiesTests {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new HealthGateProperties(
                        null, null, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(10), 3));
    }

    @Test
    void anEmptyValueIsNone() {
        HealthGateProperties properties = bind(Map.of("url", " ", "group", ""));
        assertThat(properties.url()).isNull();
        assertThat(properties.group()).isNull();
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
        String[] parts = setting.split("=");
        assertThat(bind(Map.of(parts[0], parts[1]))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "url,127.0.0.1:9000/healthz,must begin with http:// or https:// and a host",
        "url,/healthz,must begin with http:// or https:// and a host",
        "url,ftp://app/,must begin with http:// or https:// and a host",
        "interval,99ms,must be a duration from 100ms to 10m",
        "interval,11m,must be a duration from 100ms to 10m",
        "timeout,0,must be a duration from 100ms to 1m",
        "timeout,61s,must be a duration from 100ms to 1m",
        "grace,-1s,must be a duration from 0s to 1h",
        "grace,61m,must be a duration from 0s to 1h",
        "recovery,0,must be a number of checks from 1 to 100",
        "recovery,101,must be a number of checks from 1 to 100"
    })
    void badSettings(String name, String value, String allowed) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(Map.of(name, value)))
                .havingRootCause()
                .isInstanceOf(InvalidSettingException.class)
                .withMessageStartingWith("masterlatch.health-gate." + name + " " + allowed);
    }

    private static HealthGateProperties bind(Map<String, String> settings) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        settings.forEach((name, value) -> source.put("masterlatch.health-gate." + name, value));
        return new Binder(source).bindOrCreate("masterlatch.health-gate", HealthGateProperties.class);
    }
}
