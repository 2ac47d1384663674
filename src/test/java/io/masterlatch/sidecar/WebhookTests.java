package io.masterlatch.sidecar;

import static io.masterlatch.sidecar.Notifications.SELF;
import static io.masterlatch.sidecar.Notifications.gained;
import static io.masterlatch.sidecar.Notifications.lost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.masterlatch.testing.Loopback;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.backoff.FixedBackOff;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Notifications that are posted to a server that accepts them, or not. */
class WebhookTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @RegisterExtension
    final LocalHttpServer server = new LocalHttpServer();

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> headers = new CopyOnWriteArrayList<>();
    private final List<Long> received = new CopyOnWriteArrayList<>();
    private final Semaphore permits = new Semaphore(0);

    @AfterEach
    void letAllAnswer() {
        permits.release(1_000);
    }

    @Test
    void isPostedAsJsonWithTheNamesOfTheContract() throws Exception {
        answer(204);

        assertThat(webhook("/hook?key=secret", "Bearer token", TIMEOUT).deliver(gained(3)))
                .isTrue();
        webhook("/hook", null, TIMEOUT).deliver(lost(4));

        assertThat(bodies)
                .containsExactly(
                        "{\"election\":\"/master\",\"master\":\"" + SELF
                                + "\",\"epoch\":7,\"since\":\"2026-11-22T07:35:00.123Z\",\"self\":\""
                                + SELF
                                + "\",\"role\":\"MASTER\",\"previousRole\":\"STANDBY\",\"cause\":\"claimed the lease,"
                                + " which no instance held\",\"at\":\"2026-11-22T07:35:00.456Z\","
                                + "\"sequence\":3}",
                        "{\"election\":\"/master\",\"master\":null,\"epoch\":null,\"since\":null,\"self\":\"" + SELF
                                + "\",\"role\":\"UNKNOWN\",\"previousRole\":\"MASTER\",\"cause\":\"it was closed\","
                                + "\"at\":\"2026-11-22T07:35:00.456Z\",\"sequence\":4}");
        assertThat(headers)
                .containsExactly(
                        "POST /hook?key=secret application/json Bearer token", "POST /hook application/json null");
    }

    @Test
    @SuppressWarnings("unchecked")
    void hasTheFieldsThatTheContractDescribes() throws Exception {
        answer(204);
        webhook("/hook", null, TIMEOUT).deliver(gained(3));

        Map<String, Object> contract = new Yaml().load(Files.readString(Path.of("docs", "openapi.yaml")));
        Map<String, Object> schemas =
                (Map<String, Object>) ((Map<String, Object>) contract.get("components")).get("schemas");
        Map<String, Object> notification = (Map<String, Object>) schemas.get("Notification");
        assertThat((List<String>) notification.get("required"))
                .containsExactlyElementsOf(
                        new JsonMapper().readTree(bodies.get(0)).propertyNames());
        assertThat(((Map<String, Object>) notification.get("properties")).keySet())
                .containsExactlyElementsOf((List<String>) notification.get("required"));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 404, 500})
    void isTriedAgainUnlessItIsAcceptedAndTheReasonHasNoSecret(int status) {
        answer(status);

        assertThatThrownBy(() -> webhook("/secret?secret", null, TIMEOUT).deliver(gained(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("http://127.0.0.1:" + port() + " answers " + status);
    }

    @Test
    void quotesLittleOfAnAnswerThatIsNoHttpAndNoControlCharacters() throws IOException {
        try (ServerSocket noHttp = new ServerSocket(0, 1, InetAddress.getByName(Loopback.HOST))) {
            CompletableFuture.runAsync(() -> {
                try (Socket socket = noHttp.accept()) {
                    socket.getOutputStream()
                            .write(("SSH\u001b[31m" + "x".repeat(100_000) + "\r\n\r\n").getBytes(UTF_8));
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException ex) {
                    // The caller has closed the connection.
                }
            });
            assertThatThrownBy(() ->
                            webhook(noHttp.getLocalPort(), "/", null, TIMEOUT).deliver(gained(1)))
                    .isInstanceOf(IOException.class)
                    .message()
                    .contains("SSH?[31mxxx")
                    .hasSizeLessThan(300);
        }
    }

    @Test
    void isTriedAgainWithoutAConnectionOrAnAnswerInTime() {
        assertThatThrownBy(() ->
                        webhook(Loopback.freePort(), "/secret", null, TIMEOUT).deliver(gained(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("no connection");

        server.createContext("/", exchange -> permits.acquireUninterruptibly());
        assertThatThrownBy(
                        () -> webhook("/secret", null, Duration.ofMillis(300)).deliver(gained(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("no answer within 300 ms");
    }

    @Test
    void reachesTheReceiverInOrderHoweverSlowItIsAndWhateverItAnswers() throws Exception {
        server.createContext("/", exchange -> {
            long sequence = read(exchange).path("sequence").asLong();
            permits.acquireUninterruptibly();
            received.add(sequence);
            // Of three, one fails.
            respond(exchange, sequence % 3 == 0 ? 500 : 200);
        });
        NotificationWorker worker = new NotificationWorker(
                webhook("/", null, TIMEOUT), notification -> true, new FixedBackOff(1, Long.MAX_VALUE));
        worker.start();
        for (long i = 1; i <= 300; i++) {
            int before = received.size();
            worker.offer(gained(i));
            permits.release();
            if (i % 7 == 0) {
                // So some are sent in a row, faster than they are received, and some one by one.
                await().pollInterval(Duration.ofMillis(1)).until(() -> received.size() > before);
            }
        }
        worker.offer(gained(301));
        permits.release(10_000);

        await().until(() -> received.contains(301L));
        assertThat(received).isSorted().endsWith(301L).hasSizeGreaterThan(10);
        worker.finish();
        assertThat(worker.awaitEnd(System.nanoTime() + TIMEOUT.toNanos())).isTrue();
    }

    private void answer(int status) {
        server.createContext("/", exchange -> {
            headers.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            read(exchange);
            respond(exchange, status);
        });
    }

    private JsonNode read(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        bodies.add(body);
        return new JsonMapper().readTree(body);
    }

    private static void respond(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private int port() {
        return server.port();
    }

    private Webhook webhook(String path, String authorization, Duration timeout) {
        return webhook(port(), path, authorization, timeout);
    }

    private static Webhook webhook(int port, String path, String authorization, Duration timeout) {
        return new Webhook(
                "webhook 1",
                new HttpCaller(),
                HttpTarget.of("url", "http://" + Loopback.address(port) + path, authorization),
                timeout);
    }
}
