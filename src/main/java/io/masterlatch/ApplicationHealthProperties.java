package io.masterlatch;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The health check of the application beside this service: while it fails, the candidacy of this instance is suspended. A property under
 * {@code application.health} that is not one of these ends the start.
 *
 * @param url Address that is asked whether the application is healthy: any status from 200 to 299. By default there is no check.
 * @param group In a Spring application that is built on this one: the health group to check, without the component master. By default
 * there is no check. Only one of url and group may be set.
 * @param interval Pause between two checks, from 100ms to 10m.
 * @param timeout How long an answer may take, from 100ms to 1m.
 * @param grace For how long checks may fail before the candidacy is suspended, from 0s to 1h.
 * @param recovery How many checks in a row must succeed before it is resumed, from 1 to 100.
 */
@Validated
@ConfigurationProperties(prefix = "application.health", ignoreUnknownFields = false)
public record ApplicationHealthProperties(
        @Nullable @HttpUrl String url,
        @Nullable String group,

        @DefaultValue("2s") @DurationRange(min = "100ms", max = "10m")
        Duration interval,

        @DefaultValue("2s") @DurationRange(min = "100ms", max = "1m")
        Duration timeout,

        @DefaultValue("10s") @DurationRange(min = "0s", max = "1h")
        Duration grace,

        @DefaultValue("3") @Min(value = 1, message = RECOVERY) @Max(value = 100, message = RECOVERY)
        int recovery) {

    private static final String RECOVERY = "must be a number of checks from 1 to 100";

    /** Treats an empty address or name as none, as an unset variable in a shell gives one. */
    public ApplicationHealthProperties {
        url = url == null || url.isBlank() ? null : url.strip();
        group = group == null || group.isBlank() ? null : group.strip();
    }
}
