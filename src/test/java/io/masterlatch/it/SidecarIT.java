package io.masterlatch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two instances of the jar as sidecars, each with an application that becomes unhealthy, recovers, and is notified of
 * all changes.
 */
class SidecarIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(2));

    @TempDir
    private Path directory;

    private Application one;
    private Application two;

    @BeforeEach
    void start() throws IOException {
        one = new Application();
        two = new Application();
        zooKeeper.start();
    }

    @AfterEach
    void close() {
        zooKeeper.close();
        one.close();
        two.close();
    }

    @Test
    void theMastershipFollowsTheHealthOfTheApplicationWhichIsNotifiedOfIt() throws Exception {
        try (ServiceProcess first =
                        instance("one", one, recorder("one"), "20s").start().awaitUp();
                ServiceProcess second =
                        instance("two", two, recorder("two"), "20s").start().awaitUp()) {
            // Without a healthy application there is no candidate, and without a candidate no master.
            first.awaitRole("OBSERVER");
            second.awaitRole("OBSERVER");
            assertThat(first.get("/master").statusCode()).isEqualTo(404);

            one.status = 200;
            first.awaitRole("MASTER");
            one.awaitNotification("MASTER");
            two.status = 204;
            second.awaitRole("STANDBY");
            await().until(() -> second.get("/candidates").body().contains(":" + second.port() + "\""));

            try (MasterHistory history = new MasterHistory().watch(first, second)) {
                one.status = 503;
                second.awaitRole("MASTER");
                first.awaitRole("OBSERVER");
                two.awaitNotification("MASTER");
                await().atMost(PATIENCE)
                        .until(() -> one.last().path("master").asString("").endsWith(":" + second.port()));
                assertThat(one.last().path("role").asString()).isEqualTo("OBSERVER");
                assertThat(first.get("/actuator/health/master").body())
                        .contains("\"warning\":\"the candidacy is suspended: the application (http://127.0.0.1:"
                                + one.port() + "/healthz) is not healthy: it answers 503\"");
                assertThat(first.get("/master/history").body()).contains("is not healthy: it answers 503");

                // An operator's withdrawal outlasts the recovery.
                assertThat(ask(first, "withdraw")).contains("\"suspended\":\"the application");
                one.status = 200;
                await().atMost(PATIENCE)
                        .until(() -> !first.get("/actuator/candidacy").body().contains("suspended"));
                assertThat(first.role()).isEqualTo("OBSERVER");
                ask(first, "join");
                first.awaitRole("STANDBY");
                await().until(() -> first.get("/candidates").body().contains(":" + first.port() + "\""));

                // The application of an instance that is stopped is notified that it is not the master any more.
                second.terminate();
                assertThat(second.exitCode()).isEqualTo(143);
                assertThat(two.last().path("role").asString()).isEqualTo("UNKNOWN");
                assertThat(two.last().path("previousRole").asString()).isEqualTo("MASTER");
                assertThat(two.last().path("cause").asString()).isEqualTo("it was closed");
                first.awaitRole("MASTER");
                one.awaitNotification("MASTER");

                assertThat(history.report().violations()).isEmpty();
                assertThat(history.report().epochsRise()).isTrue();
            }
            List<String> lines = Files.readAllLines(directory.resolve("two"));
            assertThat(lines)
                    .contains("MASTER " + Loopback.address(second.port()))
                    .endsWith("UNKNOWN");
            assertThat(one.notifications)
                    .extracting(notification -> notification.path("sequence").asLong())
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(one.authorizations).containsOnly("Bearer secret");
            assertThat(first.log() + second.log()).doesNotContain("secret");
            Replicas.assertCalmLog(first);
            Replicas.assertCalmLog(second);
        }
    }

    @Test
    void whatHangsHoldsUpNeitherTheElectionNorTheStopForLong() throws Exception {
        one.status = 200;
        one.hangs = true;
        try (ServiceProcess first = instance(
                        "one", one, "echo $$ > '" + directory.resolve("pid") + "'; sleep 1000", "1s")
                .property("masterlatch.notify.commands[0].timeout", "1h")
                .start()
                .awaitUp()) {
            first.awaitRole("OBSERVER");
            one.hangs = false;
            first.awaitRole("MASTER");
            one.hangs = true;
            first.awaitRole("OBSERVER");

            long before = System.nanoTime();
            first.terminate();
            assertThat(first.exitCode()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE);
            long command =
                    Long.parseLong(Files.readString(directory.resolve("pid")).strip());
            assertThat(ProcessHandle.of(command)).isEmpty();
            assertThat(first.log()).contains("command 1: not delivered before this instance stopped");
        }
    }

    private String recorder(String name) {
        return "echo $MASTERSHIP_ROLE $MASTERSHIP_MASTER >> '" + directory.resolve(name) + "'";
    }

    private ServiceBuilder instance(String name, Application application, String script, String patience) {
        return Replicas.instance(name, zooKeeper.connectString(), Duration.ofSeconds(10))
                .property("masterlatch.health-gate.url", "http://127.0.0.1:" + application.port() + "/healthz")
                .property("masterlatch.health-gate.interval", "200ms")
                .property("masterlatch.health-gate.timeout", patience)
                .property("masterlatch.health-gate.grace", "1s")
                .property(
                        "masterlatch.notify.webhooks[0].url",
                        "http://127.0.0.1:" + application.port() + "/role?key=secret")
                .property("masterlatch.notify.webhooks[0].authorization", "Bearer secret")
                .property("masterlatch.notify.commands[0].run", "/bin/sh,-c," + script)
                .property("management.endpoints.web.exposure.include", "health,candidacy")
                .property("management.endpoint.candidacy.access", "unrestricted");
    }

    private static String ask(ServiceProcess asked, String action) {
        return asked.send(HttpRequest.newBuilder(asked.uri("/actuator/candidacy"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"action\":\"" + action + "\"}"))
                        .build())
                .body();
    }

    /** An application with a sidecar: it answers health checks and receives notifications. */
    private static final class Application {

        private final HttpServer server;
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<JsonNode> notifications = new CopyOnWriteArrayList<>();
        private final List<String> authorizations = new CopyOnWriteArrayList<>();
        private volatile int status = 500;
        private volatile boolean hangs;

        Application() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.createContext("/", this::answer);
            server.setExecutor(threads);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                if (exchange.getRequestMethod().equals("POST")) {
                    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    notifications.add(new JsonMapper()
                            .readTree(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                }
                if (hangs) {
                    await().atMost(PATIENCE).until(() -> !hangs);
                }
                exchange.sendResponseHeaders(exchange.getRequestMethod().equals("POST") ? 204 : status, -1);
            }
        }

        int port() {
            return server.getAddress().getPort();
        }

        JsonNode last() {
            return notifications.get(notifications.size() - 1);
        }

        void awaitNotification(String role) {
            await().atMost(PATIENCE)
                    .until(() -> !notifications.isEmpty()
                            && last().path("role").asString().equals(role));
        }

        void close() {
            hangs = false;
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
