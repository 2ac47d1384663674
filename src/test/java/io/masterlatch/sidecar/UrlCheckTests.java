package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.masterlatch.testing.Loopback;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application that answers over HTTP, in good ways and bad. */
class UrlCheckTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(500);

    @RegisterExtension
    final LocalHttpServer server = new LocalHttpServer();

    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void letAllAnswer() {
        closing.countDown();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 299})
    void isHealthyWithAnyStatusOfSuccess(int status) throws Exception {
        answer(status);
        assertThat(check("/health").problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 304, 404, 500, 503})
    void isUnhealthyWithAnyOther(int status) throws Exception {
        answer(status);
        assertThat(check("/health").problem()).contains("it answers " + status);
    }

    @Test
    void followsNoRedirect() throws Exception {
        server.createContext("/", exchange -> {
            paths.add(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            respond(exchange, 302);
        });

        assertThat(check("/health").problem()).contains("it answers 302");
        assertThat(paths).containsExactly("/health");
    }

    @Test
    void readsNoBodyHoweverLong() throws Exception {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[8192];
            try (OutputStream body = exchange.getResponseBody()) {
                while (closing.getCount() > 0) {
                    body.write(chunk);
                }
            }
        });

        for (int i = 0; i < 20; i++) {
            assertThat(check("/health").problem()).isEmpty();
        }
    }

    @Test
    void isUnhealthyWithoutAnAnswerInTime() throws Exception {
        server.createContext("/", exchange -> {
            try {
                closing.await();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(check("/health", SHORT).problem()).contains("no answer within 500 ms");
    }

    @Test
    void isUnhealthyWhenTheConnectionIsNotAccepted() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(check("http://127.0.0.1:" + silent.getLocalPort() + "/", SHORT)
                            .problem())
                    .contains("no answer within 500 ms");
        }
    }

    @Test
    void isUnhealthyWhenTheConnectionIsRefused() throws Exception {
        assertThat(check("http://" + Loopback.address(Loopback.freePort()) + "/", TIMEOUT)
                        .problem())
                .contains("no connection");
    }

    @Test
    void isUnhealthyWhenItsNameHasNoAddress() throws Exception {
        assertThat(check("http://nowhere.invalid/", TIMEOUT).problem()).contains("its name has no address");
    }

    @Test
    void isUnhealthyWhenTheConnectionEndsWithoutAnAnswer() throws Exception {
        try (ServerSocket rude = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            threads.execute(() -> {
                try {
                    while (true) {
                        rude.accept().close();
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
            Optional<String> problem = check("http://127.0.0.1:" + rude.getLocalPort() + "/", TIMEOUT)
                    .problem();
            assertThat(problem).isPresent();
        }
    }

    @Test
    void passesTheUserAndTheQueryOnAndShowsNeither() throws Exception {
        answer(200);
        UrlCheck check = check("http://user:pass%20word@127.0.0.1:" + server.port() + "/health?key=secret", TIMEOUT);

        assertThat(check.problem()).isEmpty();
        assertThat(authorizations).containsExactly("Basic dXNlcjpwYXNzIHdvcmQ=");
        assertThat(paths).containsExactly("/health?key=secret");
        assertThat(check).hasToString("http://127.0.0.1:" + server.port() + "/health");
    }

    private void answer(int status) {
        server.createContext("/", exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization != null) {
                authorizations.add(authorization);
            }
            paths.add(exchange.getRequestURI().toString());
            respond(exchange, status);
        });
    }

    private static void respond(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private UrlCheck check(String path) {
        return check(path, TIMEOUT);
    }

    private UrlCheck check(String url, Duration timeout) {
        String whole = url.startsWith("/") ? "http://127.0.0.1:" + server.port() + url : url;
        return new UrlCheck(new HttpCaller(), HttpTarget.of("url", whole, null), timeout);
    }
}
