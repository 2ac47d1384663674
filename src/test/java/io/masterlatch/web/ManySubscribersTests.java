package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** What it costs when many wait. */
@ScriptedService
@TestPropertySource(properties = {"masterlatch.subscribers.limit=2000", "server.tomcat.max-connections=4000"})
class ManySubscribersTests {

    private static final int EACH = 1000;

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @Autowired
    private MeterRegistry meters;

    @LocalServerPort
    private int port;

    @BeforeEach
    void isStandbyOfAnother() {
        node.begin(heldBy("master1.example.com:2223"));
        node.awaitRole(latch, Role.STANDBY);
    }

    @Test
    void thousandsWaitWithoutAThread() throws IOException {
        List<EventClient> streams = new ArrayList<>();
        List<Socket> polls = new ArrayList<>();
        try {
            String known = RestTestClientResponse.from(
                            client.get().uri("/master").exchange())
                    .getExchangeResult()
                    .getResponseHeaders()
                    .getETag();
            int threads = threads();
            for (int one = 0; one < EACH; one++) {
                EventClient stream = EventClient.open(port);
                assertThat(stream.next().data()).contains("master1.example.com");
                streams.add(stream);
                polls.add(EventClient.request(
                        port, "Accept: application/json", "If-None-Match: " + known, "Prefer: wait=60"));
            }
            // All places are taken, so all of them wait.
            await().until(() -> RestTestClientResponse.from(client.get()
                                    .uri("/master")
                                    .header("If-None-Match", known)
                                    .header("Prefer", "wait=1")
                                    .exchange())
                            .getExchangeResult()
                            .getStatus()
                            .value()
                    == 503);

            assertThat(gauge("masterlatch.subscribers")).isEqualTo(2 * EACH);
            assertThat(gauge("masterlatch.subscribers.limit")).isEqualTo(2 * EACH);
            System.out.println("ManySubscribersTests: " + threads + " threads before, " + threads() + " while "
                    + 2 * EACH + " wait");
            assertThat(threads()).isLessThan(threads + 30);

            long changed = System.nanoTime();
            node.change(heldBy("master3.example.com:2223"));
            for (EventClient stream : streams) {
                assertThat(stream.next().data()).contains("master3.example.com");
            }
            for (Socket poll : polls) {
                assertThat(EventClient.answerOn(poll).status()).isEqualTo(200);
            }
            System.out.println(
                    "ManySubscribersTests: all notified after " + (System.nanoTime() - changed) / 1_000_000 + " ms");
            await().until(() -> gauge("masterlatch.subscribers") == EACH);
        } finally {
            for (EventClient stream : streams) {
                stream.close();
            }
            for (Socket poll : polls) {
                poll.close();
            }
        }
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
