package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Three instances of the jar, moved about by an operator. */
class CandidacyIT {

    @Test
    void anOperatorHandsOverWithdrawsAndJoinsAgain() {
        try (LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(2)).start();
                Replicas replicas = Replicas.start(Stream.of("one", "two", "three")
                        .map(name -> Replicas.instance(name, zooKeeper.connectString(), Duration.ofSeconds(10))
                                .property("management.endpoints.web.exposure.include", "health,candidacy")
                                .property("management.endpoint.candidacy.access", "unrestricted")))) {
            ServiceProcess master = replicas.awaitMaster();
            await().untilAsserted(() -> assertThat(line(master)).hasSize(3));
            List<String> line = line(master);
            ServiceProcess second = byAddress(replicas, line.get(1));
            ServiceProcess third = byAddress(replicas, line.get(2));
            long epoch = master.epoch();
            try (MasterHistory history = replicas.watch()) {
                JsonNode moved = answer(200, post(master, "{\"action\":\"hand-over\",\"to\":\"" + line.get(2) + "\"}"));
                assertThat(moved.path("outcome").asString()).isEqualTo("handed-over");
                assertThat(moved.path("master").asString()).isEqualTo(line.get(2));
                assertThat(moved.path("epoch").asLong()).isGreaterThan(epoch);
                assertThat(replicas.awaitMaster()).isSameAs(third);
                await().untilAsserted(() ->
                        assertThat(line(third)).startsWith(line.get(2)).containsExactlyInAnyOrderElementsOf(line));

                JsonNode refused = answer(409, post(master, "{\"action\":\"hand-over\"}"));
                assertThat(refused.path("master").asString()).isEqualTo(line.get(2));

                JsonNode withdrawn = answer(200, post(third, "{\"action\":\"withdraw\"}"));
                assertThat(withdrawn.path("outcome").asString()).isEqualTo("withdrawn");
                assertThat(withdrawn.path("role").asString()).isEqualTo("OBSERVER");
                await().until(() ->
                        master.role().equals("MASTER") || second.role().equals("MASTER"));
                ServiceProcess successor = master.role().equals("MASTER") ? master : second;
                assertThat(third.role()).isEqualTo("OBSERVER");

                answer(200, post(third, "{\"action\":\"join\"}"));
                assertThat(replicas.awaitMaster()).isSameAs(successor);
                await().untilAsserted(
                                () -> assertThat(line(successor)).hasSize(3).endsWith(line.get(2)));

                assertThat(history.report().violations()).isEmpty();
                assertThat(history.report().epochsRise()).isTrue();
            }
            assertThat(master.get("/master/history").body())
                    .contains("\"cause\":\"released the lease to hand it over to " + line.get(2) + "\"");
            assertThat(third.log())
                    .containsOnlyOnce("Asked to withdraw: This instance has released the lease")
                    .containsOnlyOnce("Asked to join: This instance is a candidate");
            replicas.assertCalmLogs();
        }
    }

    private static ServiceProcess byAddress(Replicas replicas, String address) {
        return replicas.instances().stream()
                .filter(instance -> address.endsWith(":" + instance.port()))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> line(ServiceProcess asked) {
        List<String> addresses = new ArrayList<>();
        new JsonMapper()
                .readTree(asked.get("/candidates").body())
                .path("candidates")
                .forEach(candidate -> addresses.add(candidate.path("address").asString()));
        return addresses;
    }

    private static JsonNode answer(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new JsonMapper().readTree(response.body());
    }

    private static HttpResponse<String> post(ServiceProcess asked, String body) {
        return asked.send(HttpRequest.newBuilder(asked.uri("/actuator/candidacy"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }
}
