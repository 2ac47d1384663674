package io.masterlatch.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.masterlatch.curator.CuratorMasterStore;
import io.masterlatch.election.Candidate;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.OpenApi;
import io.masterlatch.testing.TestedService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The endpoint of the whole service over HTTP, on a real ZooKeeper. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class CandidacyEndpointTests {

    private static final String SELF = "self.example.com:1";
    private static final String OTHER = "other.example.com:1";
    private static final String OTHER_URL = "https://host2.example.com:8443/latch/";
    private static final List<ACL> OPEN =
            Collections.singletonList(new ACL(ZooDefs.Perms.ALL, ZooDefs.Ids.ANYONE_ID_UNSAFE));

    private final HttpClient http = HttpClient.newHttpClient();
    private final LocalZooKeeper server = new LocalZooKeeper(Duration.ofSeconds(1));
    private final List<AutoCloseable> others = new ArrayList<>();
    private FaultyProxy network;
    private ConfigurableApplicationContext context;
    private MasterLatch latch;

    @BeforeAll
    void start() {
        server.start();
        network = FaultyProxy.to(server.port());
        context = run("health,candidacy", "unrestricted");
        latch = context.getBean(MasterLatch.class);
    }

    @BeforeEach
    void isTheMasterAlone() {
        network.restore();
        latch.join();
        awaitRole(latch, Role.MASTER);
        awaitLine(SELF);
    }

    @AfterEach
    void closeOthers() throws Exception {
        for (AutoCloseable other : others) {
            other.close();
        }
        others.clear();
    }

    @AfterAll
    void stop() {
        context.close();
        network.close();
        server.close();
    }

    @Test
    void showsTheCandidacy() throws Exception {
        HttpResponse<String> response = get("/actuator/candidacy");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"election\":\"/master\",\"master\":\"" + SELF + "\",\"epoch\":"
                        + latch.getLeader().orElseThrow().epoch() + ",\"self\":\"" + SELF
                        + "\",\"role\":\"MASTER\",\"candidate\":true}");
    }

    @Test
    void handsOverToTheFirstInLine(CapturedOutput output) throws Exception {
        MasterLatch other = other(OTHER);
        long epoch = latch.getLeader().orElseThrow().epoch();
        int begun = output.getOut().length();

        JsonNode answer = answer(200, post("{\"action\":\"hand-over\"}"));

        assertThat(answer.propertyNames())
                .containsExactly("outcome", "message", "election", "master", "epoch", "self", "role", "candidate");
        assertAnswer(answer, "handed-over", OTHER + " is master");
        assertThat(answer.path("master").asString()).isEqualTo(OTHER);
        assertThat(answer.path("epoch").asLong())
                .isGreaterThan(epoch)
                .isEqualTo(other.getLeader().orElseThrow().epoch());
        assertThat(answer.path("self").asString()).isEqualTo(SELF);
        assertThat(answer.path("role").asString()).isEqualTo("STANDBY");
        assertThat(answer.path("candidate").asBoolean()).isTrue();
        assertThat(output.getOut())
                .containsOnlyOnce("Asked to hand over: " + OTHER + " is master")
                .containsOnlyOnce(
                        "MASTER -> UNKNOWN: master unknown (released the lease to hand it over to " + OTHER + ")");
        assertThat(output.getOut().substring(begun).lines())
                .filteredOn(line -> !line.contains("answers are late"))
                .noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
    }

    @Test
    void handsOverToTheOneThatIsNamed() throws Exception {
        other("second.example.com:1");
        MasterLatch third = other("third.example.com:1");
        awaitLine(SELF, "second.example.com:1", "third.example.com:1");

        JsonNode answer =
                answer(200, post("{\"action\":\"hand-over\",\"to\":\"third.example.com:1\",\"timeoutSeconds\":30}"));

        assertAnswer(answer, "handed-over", "third.example.com:1 is master");
        awaitRole(third, Role.MASTER);
    }

    @Test
    void keepsTheMastershipWithoutAnotherCandidate(CapturedOutput output) throws Exception {
        long epoch = latch.getLeader().orElseThrow().epoch();

        JsonNode answer = answer(412, post("{\"action\":\"hand-over\"}"));

        assertAnswer(answer, "no-other-candidate", "There is no other candidate; nothing was released");
        assertThat(answer.path("role").asString()).isEqualTo("MASTER");
        assertThat(answer.path("epoch").asLong()).isEqualTo(epoch);
        assertThat(output.getOut())
                .containsOnlyOnce("Asked to hand over: There is no other candidate; nothing was released")
                .doesNotContain("MASTER ->");
    }

    @Test
    void namesTheCandidatesWhenAnotherAddressIsGiven(CapturedOutput output) throws Exception {
        other(OTHER);
        awaitLine(SELF, OTHER);

        assertAnswer(
                answer(400, post("{\"action\":\"hand-over\",\"to\":\"no\\nbody:1\"}")),
                "unknown-candidate",
                "'no\nbody:1' is not a candidate; other candidates are " + OTHER + "; nothing was released");
        assertAnswer(
                answer(400, post("{\"action\":\"hand-over\",\"to\":\"\"}")),
                "unknown-candidate",
                "'' is not a candidate; other candidates are " + OTHER + "; nothing was released");
        assertAnswer(
                answer(400, post("{\"action\":\"hand-over\",\"to\":\"" + SELF + "\"}")),
                "unknown-candidate",
                SELF + " is this instance, which is the master already; nothing was released");
        assertThat(latch.hasLeadership()).isTrue();
        assertThat(output.getOut()).contains("Asked to hand over to no?body:1: 'no?body:1' is not a candidate");
    }

    @Test
    void namesTheMasterWhenItIsAnother() throws Exception {
        other(OTHER);
        awaitLine(SELF, OTHER);
        answer(200, post("{\"action\":\"hand-over\"}"));

        JsonNode answer = answer(409, post("{\"action\":\"hand-over\"}"));

        assertAnswer(answer, "not-master", "This instance is not the master; the master is " + OTHER);
        assertThat(answer.path("master").asString()).isEqualTo(OTHER);
        assertThat(answer.path("url").asString()).isEqualTo(OTHER_URL);
    }

    @Test
    void aCandidateOfTheServiceHasItsUrl() throws Exception {
        assertThat(latch.candidates().get(10, TimeUnit.SECONDS))
                .extracting(Candidate::address, Candidate::url)
                .containsExactly(tuple(
                        SELF, "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/"));
    }

    @Test
    void saysThatItIsMasterAgainWhenNoOtherClaims() throws Exception {
        frozen(OTHER);
        awaitLine(SELF, OTHER);
        long epoch = latch.getLeader().orElseThrow().epoch();

        JsonNode answer = answer(504, post("{\"action\":\"hand-over\",\"timeoutSeconds\":30}"));

        assertAnswer(
                answer,
                "timed-out",
                "The lease was released, but no other instance claimed it: this instance is master again");
        assertThat(answer.path("master").asString()).isEqualTo(SELF);
        assertThat(answer.path("epoch").asLong()).isGreaterThan(epoch);
    }

    @Test
    void saysThatAnotherWonThanTheOneThatWasNamed() throws Exception {
        frozen("frozen.example.com:1");
        awaitLine(SELF, "frozen.example.com:1");
        other(OTHER);
        awaitLine(SELF, "frozen.example.com:1", OTHER);

        JsonNode answer = answer(409, post("{\"action\":\"hand-over\",\"to\":\"frozen.example.com:1\"}"));

        assertAnswer(
                answer,
                "won-by-another",
                "The lease was released, and " + OTHER
                        + " became master instead of frozen.example.com:1, which did not claim it in time");
    }

    @Test
    void givesNothingUpWhenZooKeeperCannotBeReached() throws Exception {
        other(OTHER);
        awaitLine(SELF, OTHER);
        network.cut();
        await().until(() -> latch.mastership().connection() == Connection.SUSPENDED);

        JsonNode answer = answer(503, post("{\"action\":\"hand-over\"}"));

        assertAnswer(
                answer,
                "unreachable",
                "ZooKeeper could not be asked: there is no connection to ZooKeeper; nothing was released");
    }

    @Test
    void withdrawsAndJoinsAgain(CapturedOutput output) throws Exception {
        JsonNode withdrawn = answer(200, post("{\"action\":\"withdraw\"}"));
        assertAnswer(withdrawn, "withdrawn", "This instance has released the lease and is no longer a candidate");
        assertThat(withdrawn.path("role").asString()).isEqualTo("OBSERVER");
        assertThat(withdrawn.path("candidate").asBoolean()).isFalse();
        assertThat(withdrawn.has("master")).isFalse();
        assertAnswer(
                answer(200, post("{\"action\":\"withdraw\"}")), "withdrawn", "This instance is no longer a candidate");
        assertAnswer(
                answer(409, post("{\"action\":\"hand-over\"}")),
                "not-master",
                "This instance is not the master; there is none");

        JsonNode joined = answer(200, post("{\"action\":\"join\"}"));
        assertAnswer(joined, "joined", "This instance is a candidate");
        assertThat(joined.path("candidate").asBoolean()).isTrue();
        awaitRole(latch, Role.MASTER);
        assertThat(output.getOut())
                .contains("MASTER -> UNKNOWN: master unknown (withdrawn)")
                .contains("OBSERVER -> STANDBY: no master (a candidate again)");
    }

    @Test
    void aSuspensionIsShownAndOutlastsAJoin() throws Exception {
        latch.suspend("the application is not healthy").join();
        try {
            JsonNode joined = answer(202, post("{\"action\":\"join\"}"));
            assertAnswer(
                    joined,
                    "suspended",
                    "This instance becomes a candidate when its candidacy is no longer suspended; now the application is not healthy");
            assertThat(joined.path("candidate").asBoolean()).isFalse();
            assertThat(joined.path("suspended").asString()).isEqualTo("the application is not healthy");
            JsonNode read = new JsonMapper().readTree(get("/actuator/candidacy").body());
            assertThat(read.path("suspended").asString()).isEqualTo("the application is not healthy");
            answer(200, post("{\"action\":\"withdraw\"}"));
        } finally {
            latch.resume("the application is healthy again");
        }
        JsonNode read = new JsonMapper().readTree(get("/actuator/candidacy").body());
        assertThat(read.path("candidate").asBoolean()).isFalse();
        assertThat(read.has("suspended")).isFalse();
        answer(200, post("{\"action\":\"join\"}"));
        awaitRole(latch, Role.MASTER);
    }

    @Test
    void saysWhenZooKeeperHasNotConfirmedTheWithdrawal() throws Exception {
        network.cut();
        await().until(() -> latch.mastership().connection() == Connection.SUSPENDED);

        JsonNode answer = answer(504, post("{\"action\":\"withdraw\",\"timeoutSeconds\":1}"));

        assertThat(answer.path("outcome").asString()).isEqualTo("unconfirmed");
        assertThat(answer.path("role").asString()).isEqualTo("UNKNOWN");
        assertThat(answer.path("candidate").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|action is missing; send JSON such as {\"action\":\"hand-over\"}, with withdraw, join or hand-over",
                "``|action is missing; send JSON such as {\"action\":\"hand-over\"}, with withdraw, join or hand-over",
                "{\"action\":\"handover\"}|action is 'handover'; it must be withdraw, join or hand-over",
                "{\"action\":\"\"}|action is ''; it must be withdraw, join or hand-over",
                "{\"action\":\"withdraw\",\"to\":\"a:1\"}|to is only for the action hand-over",
                "{\"action\":\"hand-over\",\"timeoutSeconds\":0}"
                        + "|timeoutSeconds is '0'; it must be a whole number from 1 to 60",
                "{\"action\":\"hand-over\",\"timeoutSeconds\":61}"
                        + "|timeoutSeconds is '61'; it must be a whole number from 1 to 60",
                "{\"action\":\"hand-over\",\"timeoutSeconds\":-1}"
                        + "|timeoutSeconds is '-1'; it must be a whole number from 1 to 60",
                "{\"action\":\"hand-over\",\"timeoutSeconds\":1.5}"
                        + "|timeoutSeconds is '1.5'; it must be a whole number from 1 to 60",
                "{\"action\":\"join\",\"timeoutSeconds\":\"soon\"}"
                        + "|timeoutSeconds is 'soon'; it must be a whole number from 1 to 60"
            })
    void refusesWhatItDoesNotUnderstand(String body, String message) throws Exception {
        assertAnswer(answer(400, post(body)), "refused", message);
        assertThat(latch.hasLeadership()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"action\":\"hand-over\",\"too\":\"a:1\"}|There is no too; there are action, timeoutSeconds, to",
                "{\"action\":[\"hand-over\"]}|",
                "[]|",
                "withdraw|"
            })
    void refusesWhatItCannotRead(String body, String detail) throws Exception {
        other(OTHER);
        HttpResponse<String> response = post(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        if (detail != null) {
            assertThat(response.body()).contains("There is no too; there are action, timeoutSeconds, to");
        }
        assertThat(latch.hasLeadership()).isTrue();
    }

    /** A body without a length, which is sent in chunks, is read up to the same limit. */
    @Test
    void readsABodyInChunks() throws Exception {
        String longest = "{\"action\":\"join\"}" + " ".repeat(16 * 1024 - "{'action':'join'}".length());

        assertAnswer(answer(200, chunked(longest)), "joined", "This instance is a candidate");
        assertThat(chunked(longest + " ").statusCode()).isEqualTo(413);
    }

    private HttpResponse<String> chunked(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri(context, "/actuator/candidacy")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    @Test
    void refusesArgumentsInTheAddress() throws Exception {
        other(OTHER);
        HttpResponse<String> response = send(
                "POST",
                "/actuator/candidacy?action=withdraw",
                "{\"action\":\"join\"}",
                "Content-Type",
                "application/json");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("as JSON in the body, and none in the address");
        assertThat(latch.hasLeadership()).isTrue();
    }

    /** No page in an operator's browser can have it do anything: what needs no leave of the server is refused. */
    @Test
    void doesNothingThatAForeignPageCouldAskFor() throws Exception {
        other(OTHER);
        assertThat(get("/actuator/candidacy?action=withdraw").statusCode()).isEqualTo(200);
        for (String type : List.of("application/x-www-form-urlencoded", "text/plain", "multipart/form-data")) {
            assertThat(send("POST", "/actuator/candidacy", "action=withdraw", "Content-Type", type)
                            .statusCode())
                    .isEqualTo(415);
        }
        assertThat(send("POST", "/actuator/candidacy?action=withdraw", "", "Accept", "*/*")
                        .statusCode())
                .isEqualTo(415);
        // Without that header no browser sends JSON to another site.
        HttpResponse<String> preflight = send(
                "OPTIONS",
                "/actuator/candidacy",
                "",
                "Origin",
                "http://evil.example.com",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "content-type");
        assertThat(preflight.headers().map()).doesNotContainKey("Access-Control-Allow-Origin");
        for (String method : List.of("PUT", "PATCH", "DELETE")) {
            assertThat(send(method, "/actuator/candidacy", "{}", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(405);
        }
        assertThat(latch.hasLeadership()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "candidacy"})
    void isReadOnlyUnlessWritingIsAllowedByName(String exposed) throws Exception {
        try (ConfigurableApplicationContext another = run(exposed, null)) {
            String uri = uri(another, "/actuator/candidacy");
            assertThat(exchange("GET", uri, "").statusCode()).isEqualTo(200);
            assertThat(exchange("POST", uri, "{\"action\":\"withdraw\"}", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void isNotThereByDefault() throws Exception {
        try (ConfigurableApplicationContext another = run(null, "unrestricted")) {
            String uri = uri(another, "/actuator/candidacy");
            assertThat(exchange("GET", uri, "").statusCode()).isEqualTo(404);
            assertThat(exchange("POST", uri, "{\"action\":\"withdraw\"}", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void isOnTheManagementPortOnlyWhereThereIsOne() throws Exception {
        try (ConfigurableApplicationContext another = run(
                "candidacy", "unrestricted", "--management.server.port=0", "--management.server.address=127.0.0.1")) {
            assertThat(exchange("GET", uri(another, "/actuator/candidacy"), "").statusCode())
                    .isEqualTo(404);
            String management = "http://127.0.0.1:"
                    + another.getEnvironment().getRequiredProperty("local.management.port")
                    + "/actuator/candidacy";
            assertThat(exchange("GET", management, "").statusCode()).isEqualTo(200);
        }
    }

    private ConfigurableApplicationContext run(String exposed, String access, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--masterlatch.address=" + (context == null ? SELF : "observer.example.com:1"),
                "--masterlatch.candidate=" + (context == null),
                "--masterlatch.zookeeper.connect-string=" + network.connectString(),
                "--masterlatch.zookeeper.session-timeout=8s",
                "--spring.main.banner-mode=off"));
        if (exposed != null) {
            arguments.add("--management.endpoints.web.exposure.include=" + exposed);
        }
        if (access != null) {
            arguments.add("--management.endpoint.candidacy.access=" + access);
        }
        arguments.addAll(List.of(more));
        return new TestedService().run(arguments.toArray(String[]::new));
    }

    private MasterLatch other(String address) {
        CuratorFramework client = CuratorFrameworkFactory.builder()
                .connectString(server.connectString())
                .sessionTimeoutMs(8_000)
                .retryPolicy(new RetryForever(100))
                .ensembleTracker(false)
                .build();
        MasterLatch other = MasterLatch.builder(
                        new CuratorMasterStore(client, "/master", null, () -> OTHER_URL, null, () -> null))
                .address(address)
                .build();
        others.add(other);
        others.add(client);
        client.start();
        other.start();
        awaitRole(other, Role.STANDBY);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> line().contains(address));
        return other;
    }

    private void frozen(String address) throws Exception {
        ZooKeeper person = new ZooKeeper(server.connectString(), 8_000, event -> {});
        others.add(person);
        await().until(() -> person.getState().isConnected());
        person.create(
                "/master-candidates/ffffffffffffffff-",
                address.getBytes(StandardCharsets.UTF_8),
                OPEN,
                CreateMode.EPHEMERAL_SEQUENTIAL);
    }

    private List<String> line() {
        return latch.candidates().join().stream().map(Candidate::address).toList();
    }

    private void awaitLine(String... addresses) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(line()).containsExactly(addresses));
    }

    private static void awaitRole(MasterLatch latch, Role role) {
        await().atMost(Duration.ofSeconds(60)).until(() -> latch.mastership().role(latch.now()) == role);
    }

    private static void assertAnswer(JsonNode answer, String outcome, String message) {
        assertThat(answer.path("outcome").asString()).isEqualTo(outcome);
        assertThat(answer.path("message").asString()).isEqualTo(message);
    }

    private static JsonNode answer(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        HttpHeaders headers = new HttpHeaders();
        response.headers().map().forEach(headers::put);
        OpenApi.read().check("/actuator/candidacy", response.request().method(), status, headers, response.body());
        return new JsonMapper().readTree(response.body());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send("POST", "/actuator/candidacy", body, "Content-Type", "application/json");
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return exchange(method, uri(context, path), body, headers);
    }

    private static String uri(ConfigurableApplicationContext service, String path) {
        return "http://127.0.0.1:" + service.getEnvironment().getRequiredProperty("local.server.port") + path;
    }

    private HttpResponse<String> exchange(String method, String uri, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(90))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int header = 0; header < headers.length; header += 2) {
            request.header(headers[header], headers[header + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
