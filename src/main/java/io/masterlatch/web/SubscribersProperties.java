package io.masterlatch.web;

import io.masterlatch.autoconfigure.Settings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The clients that wait for changes over HTTP.
 *
 * @param limit How many clients may wait for changes at once, event streams and long polls together, from 0 to 100000.
 * The next one is refused: a stream by the event too-many-subscribers, a long poll by 503.
 * @param heartbeat How long a stream may be without an event before it gets a comment line, by which clients that are
 * gone are noticed, from 1s to 10m.
 */
@ConfigurationProperties("masterlatch.subscribers")
record SubscribersProperties(
        @DefaultValue("200") int limit, @DefaultValue("15s") Duration heartbeat) {

    SubscribersProperties {
        Settings.number("masterlatch.subscribers.limit", limit, 0, 100_000, "a number of clients");
        Settings.duration("masterlatch.subscribers.heartbeat", heartbeat, "1s", "10m");
    }
}
