package io.masterlatch.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.EventClient.Event;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.SmallSendBuffers;
import io.masterlatch.testing.TestedService;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A client that waits for changes when the instance stops learns that, and does not hold it up. */
class SubscribersShutdownTests {

    // The graceful shutdown waits for open requests for 30 s.
    private static final Duration SOON = Duration.ofSeconds(15);

    private static final String SUCCESSOR = "master3.example.com:2223";

    private final FakeMasterStore node = new FakeMasterStore();
    private ConfigurableApplicationContext context;
    private int port;

    @BeforeEach
    void start() {
        context = new TestedService(SmallSendBuffers.class)
                .initializers(starting -> ((GenericApplicationContext) starting)
                        .registerBean("fakeStore", MasterStore.class, () -> node, bean -> bean.setPrimary(true)))
                .run(
                        "--server.port=0",
                        // So long a client that does not read holds up the stop at the most.
                        "--server.tomcat.connection-timeout=5s",
                        "--masterlatch.address=master2.example.com:2223",
                        "--masterlatch.subscribers.limit=21",
                        "--masterlatch.zookeeper.connect-string=127.0.0.1:1",
                        "--spring.main.banner-mode=off");
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        node.awaitRole(context.getBean(MasterLatch.class), Role.MASTER);
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void endsStreamsWithALastEventAndAnswersPolls() throws Exception {
        List<EventClient> streams = new ArrayList<>();
        for (int stream = 0; stream < 20; stream++) {
            EventClient opened = EventClient.open(port);
            assertThat(opened.next().name()).isEqualTo("master");
            streams.add(opened);
        }
        Socket poll = EventClient.request(port, "Accept: text/plain", "If-None-Match: *", "Prefer: wait=60");
        await().until(this::isFull);

        assertThatItStopsSoon();

        for (EventClient stream : streams) {
            List<Event> events = stream.untilTheEnd();
            assertThat(events).extracting(Event::name).containsOnly("unknown");
            assertThat(events.get(events.size() - 1).data())
                    .isEqualTo("{\"self\":\"master2.example.com:2223\",\"role\":\"UNKNOWN\","
                            + "\"detail\":\"This instance is stopping\"}");
            stream.close();
        }
        assertThat(EventClient.answerOn(poll).status()).isEqualTo(503);
        poll.close();
    }

    @Test
    void theSuccessorIsTheAnswerWhenAMasterStops() throws Exception {
        node.candidates(List.of(FakeMasterStore.candidate("00000000000000fe", SUCCESSOR)));
        String known;
        try (EventClient present = EventClient.open(port, "Accept: text/plain")) {
            known = present.header("ETag");
        }
        Socket poll = EventClient.request(port, "Accept: text/plain", "If-None-Match: " + known, "Prefer: wait=50");
        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.next().name()).isEqualTo("master");
            MasterLatch latch = context.getBean(MasterLatch.class);
            latch.addChangeListener(change -> {
                if (change.from() == Role.MASTER) {
                    node.takeOver(SUCCESSOR);
                }
            });

            assertThatItStopsSoon();

            assertThat(stream.untilTheEnd().get(0).data()).contains(SUCCESSOR);
        }
        assertThat(EventClient.answerOn(poll).status()).isEqualTo(200);
        poll.close();
    }

    @Test
    void isNotHeldUpByAClientThatDoesNotRead() throws IOException {
        try (Socket slow = EventClient.request(port);
                EventClient quick = EventClient.open(port)) {
            quick.next();
            for (int change = 1; change <= SmallSendBuffers.EVENTS; change++) {
                String address = change + SmallSendBuffers.LONG_TEXT + ":1";
                node.change(FakeMasterStore.heldBy(address, change, FakeMasterStore.SINCE));
                while (!quick.next().id().equals(String.valueOf(change))) {
                    // Until this change is sent.
                }
            }

            assertThatItStopsSoon();
            assertThat(slow.isConnected()).isTrue();
        }
    }

    @Test
    void goesOnWhenItIsStartedAgain() throws IOException {
        context.stop();
        context.start();
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        node.awaitRole(context.getBean(MasterLatch.class), Role.MASTER);

        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.next().name()).isEqualTo("master");
            node.change(FakeMasterStore.blocked());
            assertThat(stream.next().name()).isEqualTo("no-master");
        }
    }

    private boolean isFull() throws IOException {
        try (EventClient another = EventClient.open(port, "Accept: text/plain", "Prefer: wait=1", "If-None-Match: *")) {
            return another.status() == 503;
        }
    }

    private void assertThatItStopsSoon() {
        long asked = System.nanoTime();
        context.close();
        Duration time = Duration.ofNanos(System.nanoTime() - asked);
        System.out.println("SubscribersShutdownTests: stopped after " + time);
        assertThat(time).isLessThan(SOON);
    }
}
