package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.TestedService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** With spring.main.lazy-initialization=true nothing is made later than the changes that it is to see. */
class LazyInitializationTests {

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void historyPushNotificationsAndMetricsWork(@TempDir Path directory) throws Exception {
        Path notified = directory.resolve("notified");
        try (ConfigurableApplicationContext context = new TestedService()
                .run(
                        "--spring.config.location=optional:file:/nowhere/",
                        "--spring.main.lazy-initialization=true",
                        "--server.port=0",
                        "--masterlatch.mode=always",
                        "--masterlatch.notify.commands[0].run=/bin/sh,-c,echo $MASTERSHIP_ROLE >> " + notified)) {
            int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            // Nothing has been asked before, over HTTP or in the context.
            await().untilAsserted(() -> assertThat(get(port, "/master/history")).contains("\"role\":\"MASTER\""));
            await().untilAsserted(() -> assertThat(get(port, "/actuator/prometheus"))
                    .containsPattern("masterlatch_role\\{.*role=\"MASTER\"} 1")
                    .containsPattern("masterlatch_claims_seconds_count\\{.*outcome=\"claimed\"} 1"));

            try (EventClient stream = EventClient.open(port)) {
                assertThat(stream.next().name()).isEqualTo("master");
                context.getBean(MasterLatch.class).withdraw().get();
                assertThat(stream.next().name()).isIn("no-master", "unknown");
            }
            await().untilAsserted(() -> assertThat(Files.readString(notified)).contains("MASTER\n", "OBSERVER\n"));
        }
    }

    private String get(int port, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }
}
