package io.masterlatch.sidecar;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/** An address to which news is posted as JSON: any status from 200 to 299 says that it has arrived. */
final class Webhook implements Recipient {

    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final HttpCaller caller;
    private final HttpTarget target;
    private final Duration timeout;

    Webhook(String name, HttpCaller caller, HttpTarget target, Duration timeout) {
        this.name = name;
        this.caller = caller;
        this.target = target;
        this.timeout = timeout;
    }

    @Override
    public boolean tell(News news) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(news.view())))
                .header("Content-Type", "application/json");
        int status = caller.status(target, request, timeout);
        if (!HttpCaller.isSuccess(status)) {
            throw new IOException(target + " answers " + status);
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
