package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.EventClient.Event;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a client sees of a change of master by an event stream or a long poll, with the built jar. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushIT {

    private static final Duration SESSION = Duration.ofSeconds(4);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("push").tickTime(Duration.ofSeconds(1));
    private Replicas replicas;
    private ServiceProcess master;
    private ServiceProcess standby;

    @BeforeAll
    void start() {
        zooKeeper.start().awaitServing();
        replicas = Replicas.start(2, zooKeeper.connectString(), SESSION);
    }

    @BeforeEach
    void settle() {
        master = replicas.awaitMaster();
        standby = replicas.others(master).get(0);
    }

    @AfterEach
    void restore() {
        replicas.restore();
    }

    @AfterAll
    void close() {
        if (replicas != null) {
            replicas.close();
        }
        zooKeeper.close();
    }

    @Test
    void aHandOverIsPushedAsItHappens() throws Exception {
        try (EventClient onMaster = EventClient.open(master.port());
                EventClient onStandby = EventClient.open(standby.port())) {
            assertThat(onMaster.next().data()).endsWith("\"role\":\"MASTER\"}");
            Event before = onStandby.next();
            assertThat(before.data()).contains(":" + master.port() + "\"").endsWith("\"role\":\"STANDBY\"}");
            CompletableFuture<HttpResponse<String>> poll = poll(standby);

            long asked = System.nanoTime();
            master.terminate();
            Event after = onStandby.next();
            while (!after.name().equals("master")) {
                after = onStandby.next();
            }
            Duration time = Duration.ofNanos(System.nanoTime() - asked);

            System.out.println("PushIT: from SIGTERM to the event of the next master: " + time);
            // A multiple of what it takes: how fast it is, benchmarks measure.
            assertThat(time).isLessThan(Duration.ofSeconds(10));
            assertThat(after.data())
                    .startsWith("{\"master\":\"127.0.0.1:" + standby.port() + "\"")
                    .endsWith("\"role\":\"MASTER\"}");
            assertThat(Long.parseLong(after.id())).isGreaterThan(Long.parseLong(before.id()));
            // Either that there was none for a moment, or already the next one.
            assertThat(poll.get(60, TimeUnit.SECONDS).statusCode()).isIn(200, 404);

            List<Event> last = onMaster.untilTheEnd();
            assertThat(last)
                    .extracting(Event::name)
                    .containsAnyOf("unknown")
                    .isSubsetOf("unknown", "no-master", "master");
            assertThat(last).noneSatisfy(event -> assertThat(event.data()).endsWith("\"role\":\"MASTER\"}"));
            assertThat(last.get(last.size() - 1).data()).contains("This instance is stopping");
            assertThat(master.exitCode()).isEqualTo(143);
        }
        replicas.assertCalmLogs();
    }

    @Test
    void aMasterThatThawsFirstSaysThatTheMasterIsUnknown() throws Exception {
        try (EventClient onMaster = EventClient.open(master.port());
                EventClient onStandby = EventClient.open(standby.port())) {
            onMaster.next();
            onStandby.next();
            CompletableFuture<HttpResponse<String>> poll = poll(master);

            master.freeze();
            Event next = onStandby.next();
            while (!next.data().endsWith("\"role\":\"MASTER\"}")) {
                next = onStandby.next();
            }
            master.thaw();

            List<Event> events = new ArrayList<>();
            do {
                events.add(onMaster.next());
            } while (!events.get(events.size() - 1).name().equals("master"));
            assertThat(events).noneSatisfy(event -> assertThat(event.data()).endsWith("\"role\":\"MASTER\"}"));
            assertThat(events.get(events.size() - 1).data())
                    .startsWith("{\"master\":\"127.0.0.1:" + standby.port() + "\"")
                    .endsWith("\"role\":\"STANDBY\"}");
            assertThat(poll.get(60, TimeUnit.SECONDS).body()).doesNotContain("\"role\":\"MASTER\"");
        }
        replicas.assertCalmLogs();
    }

    @Test
    void anInstanceThatIsCutOffPushesTheEndOfItsLeaseAndItsReturn() throws Exception {
        try (EventClient stream = EventClient.open(standby.port())) {
            assertThat(stream.next().name()).isEqualTo("master");
            zooKeeper.pause();
            assertThat(stream.next().name()).isEqualTo("unknown");
            zooKeeper.resume();
            Event event = stream.next();
            while (!event.name().equals("master")) {
                event = stream.next();
            }
        }
    }

    private CompletableFuture<HttpResponse<String>> poll(ServiceProcess instance) {
        String known = instance.get("/master").headers().firstValue("ETag").orElseThrow();
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.port() + "/master"))
                        .header("If-None-Match", known)
                        .header("Prefer", "wait=60")
                        .build(),
                BodyHandlers.ofString());
    }
}
