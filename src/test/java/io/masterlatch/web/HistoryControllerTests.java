package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code GET /master/history} answers. */
@ScriptedService
class HistoryControllerTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T07:36:00Z"), ZoneOffset.UTC);

    private final HistoryController controller = new HistoryController("/master", CLOCK);

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @Test
    void isEmptyAtTheStart() {
        assertThat(new String(controller.history().getBody(), StandardCharsets.UTF_8))
                .isEqualTo("{\"election\":\"/master\",\"history\":[]}");
    }

    @Test
    void hasTheOldestFirst() {
        Master master = new Master("a:1", 7, FakeMasterStore.SINCE, 1, "0000000000000001");
        controller.accept(new MastershipChange(Role.STANDBY, Role.MASTER, null, master, "second"));
        controller.accept(new MastershipChange(Role.MASTER, Role.UNKNOWN, master, null, "third"));

        assertThat(new String(controller.history().getBody(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"election\":\"/master\",\"history\":[{\"at\":\"2026-11-22T07:36:00.000Z\",\"previousRole\":\"STANDBY\",\"role\":\"MASTER\","
                                + "\"master\":\"a:1\",\"epoch\":7,\"since\":\"2026-11-22T07:35:00.123Z\","
                                + "\"cause\":\"second\"},"
                                + "{\"at\":\"2026-11-22T07:36:00.000Z\",\"previousRole\":\"MASTER\",\"role\":\"UNKNOWN\","
                                + "\"master\":null,\"epoch\":null,\"since\":null,\"cause\":\"third\"}]}");
    }

    @Test
    void showsTheLatestHundredChangesWithTheirCauses() {
        node.begin(heldBy("first:1"));
        node.awaitRole(latch, Role.STANDBY);
        IntStream.rangeClosed(1, 120).forEach(number -> {
            node.change(heldBy("master" + number + ":1"));
            node.awaitRole(latch, Role.STANDBY);
        });
        await().until(() -> changes().path(99).path("master").asString("").equals("master120:1"));

        JsonNode changes = changes();
        assertThat(changes.size()).isEqualTo(100);
        IntStream.range(0, 100).forEach(place -> {
            JsonNode change = changes.get(place);
            assertThat(change.propertyNames())
                    .containsExactly("at", "previousRole", "role", "master", "epoch", "since", "cause");
            assertThat(change.path("master").asString()).isEqualTo("master" + (place + 21) + ":1");
            assertThat(change.path("previousRole").asString()).isEqualTo("STANDBY");
            assertThat(change.path("role").asString()).isEqualTo("STANDBY");
            assertThat(change.path("cause").asString()).isEqualTo("master" + (place + 21) + ":1 holds the lease");
            assertThat(Instant.parse(change.path("at").asString()))
                    .isBefore(Instant.now().plusSeconds(1));
        });
    }

    @Test
    void isNeverCachedAndReadOnly() {
        assertThat(send("GET", "*/*"))
                .hasStatusOk()
                .hasHeader("Content-Type", "application/json")
                .hasHeader("Cache-Control", "no-store");
        assertThat(send("HEAD", "*/*"))
                .hasStatusOk()
                .hasHeader("Cache-Control", "no-store")
                .bodyText()
                .isEmpty();
        assertThat(send("GET", "text/plain")).hasStatus(406).hasHeader("Cache-Control", "no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void refusesOtherMethods(String method) {
        assertThat(send(method, "*/*"))
                .hasStatus(405)
                .hasHeader("Allow", "GET, HEAD")
                .hasHeader("Cache-Control", "no-store");
    }

    private JsonNode changes() {
        return new JsonMapper()
                .readTree(send("GET", "*/*").getExchangeResult().getResponseBodyContent())
                .path("history");
    }

    private RestTestClientResponse send(String method, String accept) {
        return RestTestClientResponse.from(client.method(HttpMethod.valueOf(method))
                .uri("/master/history")
                .header("Accept", accept)
                .exchange());
    }
}
