package io.masterlatch;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What clients that wait for changes over HTTP may cost. A property under {@code watch} that is not one of these ends the
 * start.
 *
 * @param limit How many clients may wait for changes at once, event streams and long polls together, from 0 to 100000. The
 * next one is answered by 503.
 * @param heartbeat After how long without an event a stream is written to all the same, by which clients that are gone are
 * noticed, from 1s to 10m.
 */
@Validated
@ConfigurationProperties(prefix = "watch", ignoreUnknownFields = false)
public record WatchProperties(
        @DefaultValue("1000") @Min(value = 0, message = LIMIT) @Max(value = 100_000, message = LIMIT)
        int limit,

        @DefaultValue("15s") @DurationRange(min = "1s", max = "10m")
        Duration heartbeat) {

    private static final String LIMIT = "must be a number of clients from 0 to 100000";
}
