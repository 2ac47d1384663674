package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.FakeMasterStore.Scene;
import io.masterlatch.testing.ScriptedService;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** What {@code GET /master} answers, to the letter. */
@ScriptedService
class MasterControllerTests {

    private static final String MASTER = "master1.example.com:2223";
    private static final String JSON = "{\"master\":\"master1.example.com:2223\",\"epoch\":4294967303,"
            + "\"since\":\"2026-11-22T07:35:00.123Z\",\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}";
    private static final String PROBLEM = "application/problem+json";
    private static final String BROWSER =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @BeforeEach
    void isStandbyOfAnother() {
        given(heldBy(MASTER), Role.STANDBY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "*/*",
                "application/*",
                BROWSER,
                "text/plain;q=0.5, application/json",
                "application/json, text/plain",
                "application/xml, application/json;q=0.1"
            })
    void answersWithTheMasterAsJson(String accept) {
        assertThat(get(accept))
                .hasStatusOk()
                .hasHeader("Content-Type", "application/json")
                .hasHeader("Cache-Control", "no-store")
                .hasBodyTextEqualTo(JSON);
    }

    @Test
    void answersWithJsonWithoutAnAcceptHeader() {
        RestTestClientResponse response =
                RestTestClientResponse.from(client.get().uri("/master").exchange());

        assertThat(response.getExchangeResult().getRequestHeaders().getAccept()).isEmpty();
        assertThat(response).hasStatusOk().hasBodyTextEqualTo(JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/*",
                "application/json;q=0.5, text/plain",
                "text/plain, application/json",
                "text/plain, application/problem+json",
                "image/png, text/plain;q=0.1"
            })
    void answersWithTheMastersAddressAndANewlineAsText(String accept) {
        assertThat(get(accept))
                .hasStatusOk()
                .hasHeader("Content-Type", "text/plain;charset=UTF-8")
                .hasHeader("Cache-Control", "no-store")
                .hasBodyTextEqualTo(MASTER + "\n");
    }

    @Test
    void writesThreeDigitsOfASecondAlsoWhenTheyAreZero() {
        given(heldBy(MASTER, Instant.parse("2026-11-22T07:35:00Z")), Role.STANDBY);

        assertThat(get("*/*")).bodyText().contains("\"since\":\"2026-11-22T07:35:00.000Z\"");
    }

    @Test
    void saysThatItIsTheMasterItself() {
        given(FakeMasterStore.noMaster(), Role.MASTER);

        assertThat(get("*/*"))
                .hasStatusOk()
                .bodyText()
                .startsWith("{\"master\":\"master2.example.com:2223\",")
                .endsWith(",\"self\":\"master2.example.com:2223\",\"role\":\"MASTER\"}");
        assertThat(get("text/plain")).hasStatusOk().hasBodyTextEqualTo("master2.example.com:2223\n");
    }

    @Test
    void followsTheMaster() {
        node.change(heldBy("master3.example.com:2223"));
        node.awaitRole(latch, Role.STANDBY);

        assertThat(get("text/plain")).hasBodyTextEqualTo("master3.example.com:2223\n");
    }

    @Test
    void showsTheTextOfAForeignMasterAsItIs() {
        given(FakeMasterStore.stranger("Zoë \"<b>"), Role.STANDBY);

        assertThat(get("*/*")).hasStatusOk().bodyText().startsWith("{\"master\":\"Zoë \\\"<b>\",\"epoch\":");
        assertThat(get("text/plain")).hasStatusOk().hasBodyTextEqualTo("Zoë \"<b>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain", "application/json", BROWSER})
    void says404WhenThereIsNoMaster(String accept) {
        node.failClaims(new Failed(Failed.Kind.REFUSED, "no permission to create /master"));
        node.change(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.STANDBY);

        assertThat(get(accept))
                .hasStatus(404)
                .hasHeader("Content-Type", PROBLEM)
                .hasHeader("Cache-Control", "no-store")
                .doesNotContainHeader("Retry-After")
                .hasBodyTextEqualTo(
                        "{\"detail\":\"There is no master now: no instance has claimed the lease\",\"instance\":\"/master\",\"status\":404,"
                                + "\"title\":\"Not Found\",\"type\":\"urn:masterlatch:problem:no-master\","
                                + "\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}");
    }

    @Test
    void says404AndWhyWhenANodeOfNoSessionKeepsAllInstancesFromBecomingMaster() {
        given(FakeMasterStore.blocked(), Role.STANDBY);

        assertThat(get("*/*"))
                .hasStatus(404)
                .bodyText()
                .contains(
                        "\"There is no master now: the master's node is persistent: no instance can become master until an operator deletes it\"")
                .endsWith("\"role\":\"STANDBY\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain", "application/json", BROWSER})
    void says503WhenTheMasterIsUnknown(String accept) {
        node.refuseBeyondTheLease(latch, "authentication failed");

        assertThat(get(accept))
                .hasStatus(503)
                .hasHeader("Content-Type", PROBLEM)
                .hasHeader("Cache-Control", "no-store")
                .hasHeader("Retry-After", "1")
                .hasBodyTextEqualTo(
                        "{\"detail\":\"This instance does not know which instance is master: no connection to ZooKeeper: authentication failed\","
                                + "\"instance\":\"/master\",\"status\":503,\"title\":\"Service Unavailable\","
                                + "\"type\":\"urn:masterlatch:problem:unknown\","
                                + "\"self\":\"master2.example.com:2223\",\"role\":\"UNKNOWN\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain"})
    void says503WhenTheMastersAddressIsNotReadable(String accept) {
        given(FakeMasterStore.stranger(new byte[] {(byte) 0xff, 0, 1}, FakeMasterStore.SINCE), Role.STANDBY);

        assertThat(get(accept))
                .hasStatus(503)
                .hasHeader("Content-Type", PROBLEM)
                .hasHeader("Cache-Control", "no-store")
                .hasHeader("Retry-After", "1")
                .bodyText()
                .startsWith("{\"detail\":\"Session 0x77 is master, without an address: "
                        + "its data is binary (3 bytes)\",")
                .endsWith("\"type\":\"urn:masterlatch:problem:unreadable\","
                        + "\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}");
    }

    @Test
    void knowsTheMasterThroughALossOfTheConnection() {
        node.cutOff();
        await().until(() -> latch.mastership().connection() == Connection.SUSPENDED);

        assertThat(get("text/plain")).hasStatusOk().hasBodyTextEqualTo(MASTER + "\n");
    }

    @Test
    void doesNotNameTheMasterWhenTheConnectionIsLostForLongerThanTheLease() {
        node.begin(heldBy(MASTER), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.STANDBY);
        node.cutOff();
        node.awaitRole(latch, Role.UNKNOWN);

        assertThat(get("text/plain"))
                .hasStatus(503)
                .bodyText()
                .contains("does not know which instance is master: no connection to ZooKeeper");
    }

    @Test
    void doesNotAnswerItsMastershipBeyondTheLeaseWhenZooKeeperFallsSilent() {
        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.MASTER);
        node.fallSilent();
        node.awaitRole(latch, Role.UNKNOWN);

        assertThat(get("*/*")).hasStatus(503).bodyText().endsWith("\"role\":\"UNKNOWN\"}");
    }

    private void given(Scene scene, Role role) {
        node.begin(scene);
        node.awaitRole(latch, role);
    }

    private RestTestClientResponse get(String accept) {
        return RestTestClientResponse.from(
                client.get().uri("/master").header("Accept", accept).exchange());
    }
}
