package io.masterlatch.sidecar;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;

/** An address to which notifications are posted as JSON. A status from 200 to 299 accepts one. */
record Webhook(String name, HttpCaller http, HttpTarget target, Duration timeout) implements NotificationTarget {

    private static final JsonWriter<Map<String, @Nullable Object>> JSON = JsonWriter.standard();

    @Override
    public boolean deliver(Notification notification) throws IOException, InterruptedException {
        byte[] json = JSON.write(notification.fields()).toByteArray();
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .POST(BodyPublishers.ofByteArray(json))
                .header("Content-Type", "application/json");
        int status = http.status(target, request, timeout);
        if (!HttpCaller.isSuccess(status)) {
            throw new IOException(target + " answers " + status);
        }
        return true;
    }
}
