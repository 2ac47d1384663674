package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.EventClient.Event;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.FakeMasterStore.Scene;
import io.masterlatch.testing.ScriptedService;
import io.masterlatch.testing.SmallSendBuffers;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** What {@code GET /master} sends to a client that requests a stream of events. */
@ScriptedService
class EventStreamTests {

    private static final String MASTER = "master1.example.com:2223";
    private static final Event PRESENT = new Event(
            "master",
            "4294967303",
            "{\"master\":\"master1.example.com:2223\",\"epoch\":4294967303,"
                    + "\"since\":\"2026-11-22T07:35:00.123Z\",\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}");

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
        node.begin(heldBy(MASTER));
        node.awaitRole(latch, Role.STANDBY);
    }

    @Test
    void sendsThePresentStateAtOnce() throws IOException {
        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-store");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.header("ETag")).isNull();
            assertThat(stream.block()).isEqualTo("retry: 1000\n");
            assertThat(stream.block()).isEqualTo("event: master\nid: 4294967303\ndata: " + PRESENT.data() + "\n");
        }
    }

    /** Where the system does not show its connection, it might be half open. */
    @Test
    void endsAfterTenMinutesOrSoWhereNothingShowsItsClient() throws IOException {
        try (EventClient stream = EventClient.open(port)) {
            stream.next();
            subscribers.check(
                    TcpTable.NONE, System.nanoTime() + Duration.ofMinutes(8).toNanos());
            node.change(master("master3.example.com:2223", 4294967400L));
            assertThat(stream.next().data()).contains("master3.example.com");
            subscribers.check(
                    TcpTable.NONE, System.nanoTime() + Duration.ofMinutes(11).toNanos());
            assertThat(stream.untilTheEnd()).isEmpty();
        }
    }

    @Test
    void sendsTheSameJsonAsGet() throws IOException {
        try (EventClient stream = EventClient.open(port)) {
            assertThat(RestTestClientResponse.from(client.get().uri("/master").exchange()))
                    .hasBodyTextEqualTo(stream.next().data());
        }
    }

    @Test
    void sendsEveryChangeInOrder() throws IOException {
        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.next()).isEqualTo(PRESENT);

            node.change(master("master3.example.com:2223", 4294967400L));
            Event next = stream.next();
            assertThat(next.name()).isEqualTo("master");
            assertThat(next.id()).isEqualTo("4294967400");
            assertThat(next.data()).startsWith("{\"master\":\"master3.example.com:2223\",\"epoch\":4294967400,");

            node.failClaims(new Failed(Failed.Kind.REFUSED, "no permission to create /master"));
            node.change(FakeMasterStore.noMaster());
            assertThat(stream.next())
                    .isEqualTo(new Event(
                            "no-master",
                            "",
                            "{\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\","
                                    + "\"detail\":\"There is no master now: no instance has claimed the lease\"}"));

            node.shortenTheLease(latch);
            node.refuse("authentication failed");
            assertThat(stream.next())
                    .isEqualTo(
                            new Event(
                                    "unknown",
                                    "",
                                    "{\"self\":\"master2.example.com:2223\",\"role\":\"UNKNOWN\",\"detail\":"
                                            + "\"This instance does not know which instance is master: no connection to ZooKeeper: authentication failed\"}"));

            node.begin(FakeMasterStore.noMaster());
            Event own = stream.next();
            while (!own.name().equals("master")) {
                own = stream.next();
            }
            assertThat(own.data())
                    .startsWith("{\"master\":\"master2.example.com:2223\",")
                    .endsWith("\"role\":\"MASTER\"}");
        }
    }

    @Test
    void sendsWhyNoInstanceCanBecomeMasterAlthoughRoleAndMasterAreTheSame() throws IOException {
        node.failClaims(new Failed(Failed.Kind.REFUSED, "no permission to create /master"));
        node.change(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.STANDBY);

        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.next().name()).isEqualTo("no-master");
            node.change(FakeMasterStore.blocked());
            assertThat(stream.next().data()).contains("There is no master now: the master's node is persistent");
        }
    }

    @Test
    void sendsAMasterWithoutAReadableAddressAsUnknown() throws IOException {
        node.begin(FakeMasterStore.stranger(new byte[] {(byte) 0xff, 0, 1}, FakeMasterStore.SINCE));
        node.awaitRole(latch, Role.STANDBY);

        try (EventClient stream = EventClient.open(port)) {
            Event event = stream.next();
            assertThat(event.name()).isEqualTo("unknown");
            assertThat(event.id())
                    .isEqualTo(String.valueOf(latch.getLeader().orElseThrow().epoch()));
            assertThat(event.data()).contains("\"role\":\"STANDBY\"").contains("without an address");
        }
    }

    @Test
    void sendsTheEndOfTheLeaseAlthoughNothingElseHappens() throws IOException {
        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.MASTER);

        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.next().data()).endsWith("\"role\":\"MASTER\"}");
            node.fallSilent();
            Event lapse = stream.next();

            assertThat(latch.hasLeadership()).isFalse();
            assertThat(lapse.name()).isEqualTo("unknown");
            assertThat(lapse.data()).contains("\"role\":\"UNKNOWN\"");
        }
    }

    @Test
    void takesALastEventIdForNothing() throws IOException {
        try (EventClient stream = EventClient.open(port, "Last-Event-ID: 99999999999")) {
            assertThat(stream.next()).isEqualTo(PRESENT);
        }
    }

    @Test
    void mayBeClosedAndOpenedAgain() throws IOException {
        for (int time = 0; time < 20; time++) {
            try (EventClient stream = EventClient.open(port, "Last-Event-ID: 4294967303")) {
                assertThat(stream.next()).isEqualTo(PRESENT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "text/event-stream, application/json",
                "text/event-stream, */*;q=0.1",
                "*/*, text/event-stream",
                "application/json;q=0.5, text/event-stream"
            })
    void isForAClientThatPrefersIt(String accept) {
        assertThat(head(accept)).hasStatusOk().hasHeader("Content-Type", "text/event-stream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json, text/event-stream",
                "text/event-stream;q=0.5, application/json",
                "text/event-stream;q=0.5, */*",
                "application/*, text/event-stream;q=0.9"
            })
    void isNotForAClientThatPrefersJson(String accept) {
        assertThat(head(accept)).hasStatusOk().hasHeader("Content-Type", "application/json");
    }

    @Test
    void answersHeadAtOnceWithTheHeadersOfAStream() {
        assertThat(head("text/event-stream"))
                .hasStatusOk()
                .hasHeader("Content-Type", "text/event-stream")
                .hasHeader("Cache-Control", "no-store")
                .bodyText()
                .isEmpty();
    }

    @Test
    void sendsASlowReaderTheLatestOnlyAndTheOthersEverything() throws IOException {
        int changes = SmallSendBuffers.EVENTS;
        try (Socket slow = EventClient.request(port);
                EventClient quick = EventClient.open(port)) {
            quick.next();
            for (int change = 1; change <= changes; change++) {
                node.change(master(change + SmallSendBuffers.LONG_TEXT + ":1", change));
                assertThat(quick.next().id()).isEqualTo(String.valueOf(change));
            }

            try (EventClient awake = EventClient.answerOn(slow)) {
                List<Long> epochs = new ArrayList<>();
                do {
                    epochs.add(Long.parseLong(awake.next().id()));
                } while (epochs.get(epochs.size() - 1) != changes);

                assertThat(epochs.subList(1, epochs.size())).isSorted().doesNotHaveDuplicates();
                assertThat(epochs).hasSizeLessThan(changes);
                node.change(heldBy(MASTER));
                assertThat(awake.next()).isEqualTo(PRESENT);
            }
        }
    }

    /**
     * Whatever is shown has to be true or over by a moment, so changes that no client waits for may be skipped, never
     * reordered.
     */
    @Test
    void neverSendsAnOlderStateAfterANewerOne() throws IOException {
        int changes = 500;
        try (EventClient stream = EventClient.open(port)) {
            stream.next();
            for (int change = 1; change <= changes; change++) {
                node.change(master(MASTER, change));
            }

            long sent = 0;
            while (sent < changes) {
                long epoch = Long.parseLong(stream.next().id());
                assertThat(epoch).isGreaterThan(sent);
                sent = epoch;
            }
        }
    }

    /** What the container keeps of a stream that failed must not reach the next client, which gets the same objects. */
    @Test
    void doesNotMakeTheNextClientPayForOneThatIsGone() throws IOException {
        for (int time = 1; time <= 100; time++) {
            try (EventClient gone = EventClient.open(port)) {
                gone.next();
            }
            for (int change = 0; change < 3; change++) {
                node.change(master(MASTER, 3 * time + change));
                node.awaitRole(latch, Role.STANDBY);
            }
            try (EventClient stream = EventClient.open(port)) {
                assertThat(stream.next().id()).isEqualTo(String.valueOf(3 * time + 2));
            }
        }
    }

    private static Scene master(String address, long epoch) {
        return FakeMasterStore.heldBy(address, epoch, FakeMasterStore.SINCE);
    }

    private RestTestClientResponse head(String accept) {
        return RestTestClientResponse.from(
                client.head().uri("/master").header("Accept", accept).exchange());
    }
}
