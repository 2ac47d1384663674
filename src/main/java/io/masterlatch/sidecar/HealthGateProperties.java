package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.Settings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The health check of the application: while it fails, the candidacy of this instance is suspended.
 *
 * @param url Address that is asked whether the application is healthy: any status from 200 to 299. By default there is
 * no check. For https, the SSL bundle that spring.http.clients.ssl.bundle names is used.
 * @param group In a Spring application that has the latch: the health group to check, without the component
 * master. By default there is no check. Only one of url and group may be set.
 * @param interval Pause between two checks, from 100ms to 10m.
 * @param timeout How long an answer may take, from 100ms to 1m.
 * @param grace How long checks may fail before the candidacy is suspended, from 0s to 1h.
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

    static final String URL = "masterlatch.health-gate.url";
    static final String GROUP = "masterlatch.health-gate.group";

    HealthGateProperties {
        url = Settings.text(url);
        group = Settings.text(group);
        if (url != null) {
            HttpTarget.of(URL, url, null);
        }
        Settings.duration("masterlatch.health-gate.interval", interval, "100ms", "10m");
        Settings.duration("masterlatch.health-gate.timeout", timeout, "100ms", "1m");
        Settings.duration("masterlatch.health-gate.grace", grace, "0s", "1h");
        Settings.number("masterlatch.health-gate.recovery", recovery, 1, 100, "a number of checks");
    }
}
