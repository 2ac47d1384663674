package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The sampler, asking servers with set answers. */
class MasterHistoryTests {

    private static final String MASTER =
            "{\"master\":\"a:80\",\"epoch\":4294967303,\"self\":\"a:80\",\"role\":\"MASTER\"}";
    private static final String UNKNOWN = "{\"status\":503,\"self\":\"b:80\",\"role\":\"UNKNOWN\"}";

    @Test
    void recordsWhatEachInstanceAnswers() throws IOException {
        HttpServer sized = serve(200, MASTER, MASTER.length());
        HttpServer chunked = serve(503, UNKNOWN, 0);
        try (MasterHistory history = new MasterHistory()) {
            history.watch("a", sized.getAddress().getPort());
            history.watch("b", chunked.getAddress().getPort());
            await().until(() -> history.questions() > 60 && history.answers().size() >= 4);
            assertThat(history.answers()).hasSizeLessThan(10);
            sized.stop(0);
            await().until(() -> history.answers().stream()
                    .anyMatch(answer -> answer.instance().equals("a") && answer.status() == 0));

            HistoryReport.Tenure tenure = history.report().masters().get(0);
            assertThat(tenure.master()).isEqualTo("a:80");
            assertThat(tenure.epoch()).isEqualTo(4294967303L);
            assertThat(tenure.lastSent()).isGreaterThan(tenure.firstReceived());
            assertThat(history.answers())
                    .filteredOn(answer -> answer.status() == 503)
                    .allSatisfy(answer -> {
                        assertThat(answer.role()).isEqualTo("UNKNOWN");
                        assertThat(answer.received()).isGreaterThan(answer.sent());
                    });
        } finally {
            sized.stop(0);
            chunked.stop(0);
        }
    }

    @Test
    void asksAnewWhenNoAnswerComes() throws IOException {
        try (ServerSocket silent = Loopback.listen(0);
                MasterHistory history = new MasterHistory().watch("silent", silent.getLocalPort())) {
            await().atMost(Duration.ofSeconds(5)).until(() -> history.questions() >= 3);

            assertThat(history.answers())
                    .allSatisfy(answer -> assertThat(answer.status()).isZero());
        }
    }

    private static HttpServer serve(int status, String body, int length) throws IOException {
        HttpServer server = HttpServer.create(Loopback.socketAddress(0), 0);
        server.createContext("/master", exchange -> {
            exchange.sendResponseHeaders(status, length);
            exchange.getResponseBody().write(body.getBytes(UTF_8));
            exchange.close();
        });
        server.start();
        return server;
    }
}
