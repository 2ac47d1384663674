package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.Settings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The health check of the application beside this service: while it fails, the candidacy of this instance is suspended.
 *
 * @param url Address that is asked whether the application is healthy: any status from 200 to 299. By default there is no check.
 * @param group In a Spring application that is built on this one: the health group to check, without the component master. By default
 * there is no check. Only one of url and group may be set.
 * @param interval Pause between two checks, from 100ms to 10m.
 * @param timeout How long an answer may take, from 100ms to 1m.
 * @param grace For how long checks may fail before the candidacy is suspended, from 0s to 1h.
 * @param recovery How many checks in a row must succeed before it is resumed, from 1 to 100.
 */
@ConfigurationProperties("masterlatch.health-gate")
record HealthGateProperties(
        @Nullable String url,
        @Nullable String group,
        @DefaultValue("2s") Duration interval,
        @DefaultValue("2s") Duration timeout,
        @DefaultValue("10s") Duration grace,
        @DefaultValue("3") int recovery) {

    private static final String PREFIX = "masterlatch.health-gate.";

    HealthGateProperties {
        url = Settings.text(url);
        group = Settings.text(group);
        if (url != null) {
            HttpTarget.check(PREFIX + "url", url);
        }
        Settings.duration(PREFIX + "interval", interval, "100ms", "10m");
        Settings.duration(PREFIX + "timeout", timeout, "100ms", "1m");
        Settings.duration(PREFIX + "grace", grace, "0s", "1h");
        Settings.number(PREFIX + "recovery", recovery, 1, 100, "a number of checks");
    }
}
