package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import io.masterlatch.testing.SmallSendBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** How many clients may wait for changes, and how those are noticed that do so no more. */
@ScriptedService
@TestPropertySource(
        properties = {
            "masterlatch.subscribers.limit=3",
            "masterlatch.subscribers.heartbeat=1s",
            "server.tomcat.connection-timeout=2s"
        })
class DeadSubscribersTests {

    private static final String FULL = "{\"detail\":\"As many clients wait for changes as this instance allows: 3\","
            + "\"instance\":\"/master\",\"status\":503,\"title\":\"Service Unavailable\","
            + "\"type\":\"urn:masterlatch:problem:too-many-subscribers\","
            + "\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}";

    private static final String TOO_MANY = "too-many-subscribers";
    private static final String FULL_EVENT = "{\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\","
            + "\"detail\":\"As many clients wait for changes as this instance allows: 3\"}";

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @Autowired
    private Subscribers subscribers;

    @LocalServerPort
    private int port;

    @BeforeEach
    void isStandbyOfAnother() {
        node.begin(heldBy("master1.example.com:2223"));
        node.awaitRole(latch, Role.STANDBY);
    }

    @Test
    void refusesASubscriberTooMany() throws IOException {
        List<EventClient> streams = openAll();

        assertThat(get("If-None-Match", "*", "Prefer", "wait=60"))
                .hasStatus(HttpStatus.SERVICE_UNAVAILABLE)
                .hasHeader("Content-Type", "application/problem+json")
                .hasHeader("Retry-After", "1")
                .hasHeader("Cache-Control", "no-store")
                .doesNotContainHeader("ETag")
                .hasBodyTextEqualTo(FULL);
        assertThat(get()).hasStatusOk();
        assertThat(get("If-None-Match", "*")).hasStatus(HttpStatus.NOT_MODIFIED);
        assertThat(get("Prefer", "wait=60")).hasStatusOk();
        close(streams);
    }

    /** A browser's EventSource does not retry after any status but 200. */
    @Test
    void hasAStreamThatIsOneTooManyComeBackLater() throws IOException {
        List<EventClient> streams = openAll();
        Set<String> retries = new HashSet<>();
        for (int time = 0; time < 10; time++) {
            try (EventClient refused = EventClient.open(port)) {
                assertThat(refused.status()).isEqualTo(200);
                assertThat(refused.header("Content-Type")).isEqualTo("text/event-stream");
                assertThat(refused.header("Connection")).isEqualTo("close");
                String retry = refused.block();
                assertThat(retry).startsWith("retry: ");
                assertThat(Integer.parseInt(retry.substring("retry: ".length()).strip()))
                        .isBetween(5_000, 15_000);
                retries.add(retry);
                assertThat(refused.untilTheEnd()).containsExactly(new EventClient.Event(TOO_MANY, "", FULL_EVENT));
            }
        }
        assertThat(retries).hasSizeGreaterThan(1);
        close(streams);
    }

    @Test
    void beatsTheHeartWhenThereIsNothingElseToSend() throws IOException {
        await().until(() -> subscribers.count() == 0);
        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.block()).isEqualTo("retry: 1000\n");
            assertThat(stream.block()).startsWith("event: master\n");
            long sent = System.nanoTime();
            assertThat(stream.block()).isEqualTo(":\n");
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(Duration.ofMillis(500));
            assertThat(stream.block()).isEqualTo(":\n");
        }
    }

    @Test
    void findsOutByTheHeartbeatWhichSubscriberIsGone() throws IOException {
        for (int time = 0; time < 2; time++) {
            close(openAll());
        }
    }

    /** The connection stays open, so that only the web server's patience with writes ends it. */
    @Test
    void findsOutWhichSubscriberStoppedReading() throws IOException {
        List<EventClient> stuck = openAll();
        assertThat(subscribers.count()).isEqualTo(3);
        for (int change = 1; change <= SmallSendBuffers.EVENTS; change++) {
            String address = change + SmallSendBuffers.LONG_TEXT + ":1";
            node.change(FakeMasterStore.heldBy(address, change, FakeMasterStore.SINCE));
            node.awaitRole(latch, Role.STANDBY);
        }
        node.change(heldBy("master1.example.com:2223"));

        close(openAll());
        close(stuck);
    }

    /** Takes all places, as soon as those of earlier clients are free. */
    private List<EventClient> openAll() throws IOException {
        List<EventClient> streams = new ArrayList<>();
        for (int place = 0; place < 3; place++) {
            streams.add(awaitStream());
        }
        return streams;
    }

    /** Opens a stream, as soon as there is a place, and reads its first event. */
    private EventClient awaitStream() {
        return await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .until(() -> EventClient.open(port), DeadSubscribersTests::isAdmitted);
    }

    private static boolean isAdmitted(EventClient stream) {
        try {
            return !stream.next().name().equals(TOO_MANY);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void close(List<EventClient> streams) throws IOException {
        for (EventClient stream : streams) {
            stream.close();
        }
    }

    private RestTestClientResponse get(String... headers) {
        RestTestClient.RequestHeadersSpec<?> request = client.get().uri("/master");
        for (int name = 0; name < headers.length; name += 2) {
            request.header(headers[name], headers[name + 1]);
        }
        return RestTestClientResponse.from(request.exchange());
    }
}
