package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.MasterLatchApplication;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Every path and every method that there is, on the clients' port and on a management port of its own. A new one is
 * listed here, with what each client may do with it.
 */
@SpringBootTest(
        classes = MasterLatchApplication.class,
        useMainMethod = UseMainMethod.ALWAYS,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "masterlatch.address=" + ScriptedService.SELF,
            "masterlatch.zookeeper.connect-string=" + ScriptedService.CONNECT_STRING,
            "management.server.port=0",
            "server.tomcat.connection-timeout=1s"
        })
@Import({ScriptedService.Node.class, WalkTests.Ports.class})
class WalkTests {

    /** Paths for clients, and what they answer to a GET while there is a master. */
    private static final Map<String, Integer> CLIENTS = Map.of(
            "/master", 200,
            "/master/history", 200,
            "/candidates", 200,
            "/role", 200,
            "/role/master", 503,
            "/role/standby", 200,
            "/role/observer", 503);

    /** The page for people, and the description for programs. */
    private static final List<String> PAGE = List.of(
            "/",
            "/page/page.css",
            "/page/page.js",
            "/page/connection.js",
            "/page/lists.js",
            "/page/text.js",
            "/openapi.yaml",
            "/page/master.svg",
            "/page/standby.svg",
            "/page/observer.svg",
            "/page/unknown.svg",
            "/page/lost.svg");

    /** Paths for operators. */
    private static final Map<String, Integer> OPERATORS = Map.of(
            "/actuator", 200,
            "/actuator/health", 200,
            "/actuator/health/liveness", 200,
            "/actuator/info", 200,
            "/actuator/metrics", 200,
            "/actuator/metrics/masterlatch.role", 200,
            "/actuator/prometheus", 200,
            "/actuator/sbom", 200);

    /** Files that are served to clients, by their paths. */
    private static final Set<String> FILES = Set.of();

    /** All that is mapped on the clients' port, with the patterns of files as Spring has them. */
    private static final Set<String> MAPPED_FOR_CLIENTS = Set.of(
            "[GET, HEAD] /master",
            "[GET, HEAD] /master/history",
            "[GET, HEAD] /candidates",
            "[GET, HEAD, OPTIONS] /role",
            "[GET, HEAD, OPTIONS] /role/{name:master|standby|observer}",
            "[GET, HEAD] /",
            "[GET, HEAD] /openapi.yaml",
            "[GET, HEAD] /page/{name:[a-z]+\\.(?:css|js|svg)}",
            "[] /error",
            "files /**",
            "files /webjars/**");

    private static final Set<String> MAPPED_FOR_OPERATORS = Set.of(
            "[GET] /actuator",
            "[GET] /actuator/health",
            "[GET] /actuator/health/**",
            "[GET] /actuator/info",
            "[GET] /actuator/metrics",
            "[GET] /actuator/metrics/{requiredMetricName}",
            "[GET] /actuator/prometheus",
            "[GET] /actuator/sbom",
            "[GET] /actuator/sbom/{id}",
            "[] /error",
            "files /**",
            "files /webjars/**");

    private static final List<String> HARMFUL = List.of("POST", "PUT", "PATCH", "DELETE", "TRACE");

    @Autowired
    private ApplicationContext context;

    @Autowired
    private Ports ports;

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @LocalServerPort
    private int clients;

    @LocalManagementPort
    private int operators;

    @BeforeEach
    void isStandbyOfAnother() {
        node.begin(heldBy("master1.example.com:2223"));
        node.awaitRole(latch, Role.STANDBY);
        // A failure to ask for the candidates is kept for a second, and another test may have left one.
        await().until(() -> ask(clients, "GET", "/candidates").startsWith("HTTP/1.1 200"));
    }

    @Test
    void nothingIsMappedForClientsThatIsNotListed() {
        assertThat(mapped(context)).isEqualTo(new TreeSet<>(MAPPED_FOR_CLIENTS));
    }

    @Test
    void noFileIsServedThatIsNotListed() throws IOException {
        Set<String> files = new TreeSet<>();
        for (String folder : List.of("META-INF/resources/", "resources/", "static/", "public/")) {
            for (Resource file :
                    new PathMatchingResourcePatternResolver().getResources("classpath*:/" + folder + "**")) {
                if (file.isReadable()) {
                    String url = file.getURL().toString();
                    files.add("/" + url.substring(url.lastIndexOf("/" + folder) + folder.length() + 1));
                }
            }
        }
        assertThat(files).isEqualTo(FILES);
    }

    @Test
    void nothingIsMappedForOperatorsThatIsNotListed() {
        assertThat(mapped(ports.operators)).isEqualTo(new TreeSet<>(MAPPED_FOR_OPERATORS));
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                        CLIENTS.entrySet().stream().map(path -> Arguments.of(true, path.getKey(), path.getValue())),
                        PAGE.stream().map(path -> Arguments.of(true, path, 200)),
                        OPERATORS.entrySet().stream().map(path -> Arguments.of(false, path.getKey(), path.getValue())))
                .flatMap(all -> all);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void everyPathIsForReadingAlone(boolean forClients, String path, int status) throws IOException {
        int here = forClients ? clients : operators;
        int there = forClients ? operators : clients;

        assertThat(ask(here, "GET", path)).startsWith("HTTP/1.1 " + status).satisfies(WalkTests::assertGuarded);
        assertThat(ask(here, "HEAD", path)).startsWith("HTTP/1.1 " + status).satisfies(WalkTests::assertGuarded);
        // Load balancers may ask for a role with it.
        int options = path.startsWith("/role/") ? status : 200;
        assertThat(ask(here, "OPTIONS", path)).startsWith("HTTP/1.1 " + options).satisfies(WalkTests::assertGuarded);
        for (String method : HARMFUL) {
            assertThat(ask(here, method, path))
                    .as(method)
                    .startsWith("HTTP/1.1 405")
                    .containsPattern("\r\nAllow: [A-Z, ]*GET")
                    .doesNotContainPattern("\r\nAllow: [A-Z, ]*(POST|PUT|PATCH|DELETE|TRACE)")
                    .satisfies(WalkTests::assertGuarded);
        }
        assertThat(ask(there, "GET", path)).startsWith("HTTP/1.1 404").satisfies(WalkTests::assertGuarded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/webjars/x",
                "/index.html",
                "/page/index.html",
                "/page/../master",
                "/actuator/env",
                "/actuator/candidacy"
            })
    void nothingElseIsThere(String path) throws IOException {
        for (int port : List.of(clients, operators)) {
            assertThat(ask(port, "GET", path))
                    .doesNotContainPattern("^HTTP/1.1 [123]")
                    .satisfies(WalkTests::assertGuarded);
            for (String method : HARMFUL) {
                assertThat(ask(port, method, path))
                        .doesNotContainPattern("^HTTP/1.1 [123]")
                        .satisfies(WalkTests::assertGuarded);
            }
        }
    }

    static void assertGuarded(String response) {
        assertThat(response)
                .contains("\r\nX-Content-Type-Options: nosniff\r\n")
                .contains("\r\nX-Frame-Options: DENY\r\n")
                .contains("\r\nReferrer-Policy: no-referrer\r\n")
                .containsPattern("\r\nContent-Security-Policy: default-src 'none';[^\r]* frame-ancestors 'none'\r\n")
                .doesNotContainPattern("(?s)\r\nContent-Security-Policy:.*\r\nContent-Security-Policy:")
                .doesNotContainIgnoringCase("\r\nServer:")
                .doesNotContain("Exception", "\tat ", "springframework", "Tomcat");
    }

    private static Set<String> mapped(ApplicationContext where) {
        Set<String> mapped = new TreeSet<>();
        for (HandlerMapping mapping : new TreeMap<>(where.getBeansOfType(HandlerMapping.class)).values()) {
            if (mapping instanceof RequestMappingInfoHandlerMapping methods) {
                methods.getHandlerMethods()
                        .keySet()
                        .forEach(info -> info.getPatternValues()
                                .forEach(path -> mapped.add(
                                        new TreeSet<>(info.getMethodsCondition().getMethods()) + " " + path)));
            } else if (mapping instanceof AbstractUrlHandlerMapping files) {
                if (files.getRootHandler() != null) {
                    mapped.add("files /");
                }
                files.getHandlerMap().keySet().forEach(path -> mapped.add("files " + path));
            } else if (mapping instanceof RouterFunctionMapping functions) {
                if (functions.getRouterFunction() != null) {
                    mapped.add("functions " + functions.getRouterFunction());
                }
            } else if (!mapping.getClass().getSimpleName().equals("CompositeHandlerMapping")) {
                // That one only asks the others.
                mapped.add("unknown " + mapping.getClass().getName());
            }
        }
        return mapped;
    }

    private static String ask(int port, String method, String path) throws IOException {
        return raw(
                port, method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    static String raw(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Finds the context behind the management port, which only an event shows. */
    static class Ports implements ApplicationListener<WebServerInitializedEvent> {

        private volatile ApplicationContext operators;

        @Override
        public void onApplicationEvent(WebServerInitializedEvent event) {
            if ("management".equals(event.getApplicationContext().getServerNamespace())) {
                operators = event.getApplicationContext();
            }
        }
    }
}
