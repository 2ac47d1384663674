package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.FakeMasterStore.Scene;
import io.masterlatch.testing.ScriptedService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;
import tools.jackson.databind.json.JsonMapper;

/** What load balancers learn about the role of this instance. */
@ScriptedService
class RoleControllerTests {

    private static final String PROBLEM = "application/problem+json";

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @BeforeEach
    void isStandbyOfAnother() {
        given(heldBy("master1.example.com:2223"), Role.STANDBY);
    }

    @Test
    void showsTheRoleAndForHowLongItHolds() {
        assertThat(send("GET", "/role"))
                .hasStatusOk()
                .hasHeader("Content-Type", "application/json")
                .hasHeader("Cache-Control", "no-store")
                .bodyText()
                .matches("\\{\"election\":\"/master\",\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\","
                        + "\"knownForSeconds\":[0-9]+\\.[0-9]{3}}");
        assertThat(knownForSeconds()).isBetween(4.0, 10.0);

        node.fallSilent();
        double before = knownForSeconds();
        await().untilAsserted(() -> assertThat(knownForSeconds()).isLessThan(before));

        node.refuseBeyondTheLease(latch, "authentication failed");
        assertThat(send("GET", "/role"))
                .bodyText()
                .startsWith(
                        "{\"election\":\"/master\",\"self\":\"master2.example.com:2223\",\"role\":\"UNKNOWN\",\"knownForSeconds\":0.000,"
                                + "\"problem\":\"no connection to ZooKeeper: authentication failed\"");
    }

    @Test
    void namesTheReasonAndTheWarningOfHealth() {
        node.failClaims(new Failed(Failed.Kind.REFUSED, "create /master failed: NOAUTH"));
        node.change(FakeMasterStore.noMaster());
        await().untilAsserted(() ->
                assertThat(send("GET", "/role")).bodyText().contains(",\"problem\":\"create /master failed: NOAUTH\""));
        latch.suspend("disk full");
        try {
            await().untilAsserted(() -> assertThat(send("GET", "/role"))
                    .bodyText()
                    .contains("\"role\":\"OBSERVER\"")
                    .contains(",\"problem\":\"create /master failed: NOAUTH\",\"warning\":\"")
                    .contains("the candidacy is suspended: disk full"));
        } finally {
            latch.resume("the test is over");
        }
    }

    private double knownForSeconds() {
        String body =
                new String(send("GET", "/role").getExchangeResult().getResponseBodyContent(), StandardCharsets.UTF_8);
        return JsonMapper.shared().readTree(body).path("knownForSeconds").asDouble();
    }

    @Test
    void saysThatItHasTheRole() {
        assertThat(send("GET", "/role/standby"))
                .hasStatusOk()
                .hasHeader("Content-Type", "application/json")
                .hasHeader("Cache-Control", "no-store")
                .hasBodyTextEqualTo(
                        "{\"election\":\"/master\",\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/role", "/role/standby"})
    void answersWithTheRoleAsText(String path) {
        assertThat(send("GET", path, "text/plain"))
                .hasStatusOk()
                .hasHeader("Content-Type", "text/plain;charset=UTF-8")
                .hasHeader("Cache-Control", "no-store")
                .hasBodyTextEqualTo("STANDBY\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain"})
    void saysThatItIsSomethingElse(String accept) {
        assertThat(send("GET", "/role/master", accept))
                .hasStatus(503)
                .hasHeader("Content-Type", PROBLEM)
                .hasHeader("Cache-Control", "no-store")
                .hasHeader("Retry-After", "1")
                .hasBodyTextEqualTo(
                        "{\"detail\":\"This instance is STANDBY, not MASTER\",\"instance\":\"/role/master\","
                                + "\"status\":503,\"title\":\"Service Unavailable\","
                                + "\"type\":\"urn:masterlatch:problem:other-role\","
                                + "\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}");
    }

    /** Load balancers differ in the method by which they ask; HAProxy's own is OPTIONS. */
    @ParameterizedTest
    @CsvSource({
        "GET, 503, 200",
        "HEAD, 503, 200",
        "OPTIONS, 503, 200",
    })
    void answersByTheStatusAloneWhateverTheMethod(String method, int master, int standby) {
        assertStatuses(method, master, standby);
        assertThat(send(method, "/role/observer")).hasStatus(503);

        given(FakeMasterStore.noMaster(), Role.MASTER);
        assertStatuses(method, 200, 503);

        node.refuseBeyondTheLease(latch, "authentication failed");
        assertStatuses(method, 503, 503);
        assertThat(send(method, "/role/observer")).hasStatus(503);
        assertThat(send(method, "/role")).hasStatusOk();
    }

    private void assertStatuses(String method, int master, int standby) {
        assertThat(send(method, "/role/master")).hasStatus(master);
        assertThat(send(method, "/role/standby")).hasStatus(standby);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/role", "/role/standby", "/role/master"})
    void answersHeadAsGetWithoutABody(String path) {
        RestTestClientResponse get = send("GET", path);
        RestTestClientResponse head = send("HEAD", path);

        assertThat(head)
                .hasStatus(get.getExchangeResult().getStatus().value())
                .bodyText()
                .isEmpty();
        assertThat(headers(head)).isEqualTo(headers(get));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/role", "/role/standby", "/role/master"})
    void listsTheMethods(String path) {
        assertThat(send("OPTIONS", path)).hasHeader("Allow", "GET,HEAD,OPTIONS").hasHeader("Cache-Control", "no-store");
    }

    @ParameterizedTest
    @CsvSource({"/role, POST", "/role/master, PUT", "/role/standby, DELETE", "/role/observer, PATCH"})
    void refusesOtherMethods(String path, String method) {
        assertThat(send(method, path))
                .hasStatus(405)
                .hasHeader("Content-Type", PROBLEM)
                .hasHeader("Cache-Control", "no-store")
                .hasHeader("Allow", "GET, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @CsvSource({"/role, image/png", "/role/standby, text/html", "/role/master, application/xml"})
    void refusesFormatsThatItDoesNotHave(String path, String accept) {
        assertThat(send("GET", path, accept))
                .hasStatus(406)
                .hasHeader("Content-Type", PROBLEM)
                .hasHeader("Cache-Control", "no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/role/unknown", "/role/MASTER", "/role/leader", "/role/master/now"})
    void knowsNoOtherRole(String path) {
        assertThat(send("GET", path)).hasStatus(404).hasHeader("Content-Type", PROBLEM);
        assertThat(send("HEAD", path)).hasStatus(404);
    }

    @Test
    void saysThatTheMasterIsUnknown() {
        node.refuseBeyondTheLease(latch, "authentication failed");

        assertThat(send("GET", "/role", "text/plain")).hasStatusOk().hasBodyTextEqualTo("UNKNOWN\n");
    }

    @Test
    void isMasterNoMoreWhenTheLeaseHasEnded() {
        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.MASTER);
        node.fallSilent();

        boolean led;
        boolean leads = true;
        do {
            led = leads;
            int status =
                    send("GET", "/role/master").getExchangeResult().getStatus().value();
            leads = latch.hasLeadership();
            // Asked before, it may still have been; asked after the lease has ended, never.
            assertThat(status).isIn(led ? List.of(200, 503) : List.of(503));
        } while (led);

        assertThat(send("GET", "/role", "text/plain")).hasBodyTextEqualTo("UNKNOWN\n");
    }

    private void given(Scene scene, Role role) {
        node.begin(scene);
        node.awaitRole(latch, role);
    }

    private RestTestClientResponse send(String method, String path) {
        return send(method, path, "*/*");
    }

    private RestTestClientResponse send(String method, String path, String accept) {
        return RestTestClientResponse.from(client.method(HttpMethod.valueOf(method))
                .uri(path)
                .header("Accept", accept)
                .exchange());
    }

    /** All that is not about the transfer of this very response. */
    private static Map<String, List<String>> headers(RestTestClientResponse response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.getExchangeResult().getResponseHeaders().forEach(headers::put);
        List.of("Date", "Content-Length", "Transfer-Encoding").forEach(headers::remove);
        return headers;
    }
}
