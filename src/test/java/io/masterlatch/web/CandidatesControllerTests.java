package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** What {@code GET /candidates} answers. */
@ScriptedService
class CandidatesControllerTests {

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @BeforeEach
    void isStandbyOfAnother() {
        node.begin(heldBy("master1.example.com:2223"));
        node.awaitRole(latch, Role.STANDBY);
    }

    @Test
    void namesTheMasterAndThenTheQueueInItsOrder() {
        queue(
                candidate(0x8, "Zoë \"<b>"),
                FakeMasterStore.candidate(FakeMasterStore.FOREIGN_ID, "master1.example.com:2223", "https://m1/"),
                candidate(0x9, null));

        assertThat(awaitAnswer("\"session\":\"0x9\""))
                .hasStatusOk()
                .hasHeader("Content-Type", "application/json")
                .hasHeader("Cache-Control", "no-store")
                .hasBodyTextEqualTo(
                        "{\"election\":\"/master\",\"candidates\":[{\"address\":\"master1.example.com:2223\",\"url\":\"https://m1/\",\"role\":\"MASTER\",\"position\":0,"
                                + "\"since\":\"2026-11-22T07:35:00.123Z\",\"session\":\"0xff\"},"
                                + "{\"address\":\"Zoë \\\"<b>\",\"url\":null,\"role\":\"STANDBY\",\"position\":1,"
                                + "\"since\":\"2026-11-22T07:35:00.123Z\",\"session\":\"0x8\"},"
                                + "{\"address\":null,\"url\":null,\"role\":\"STANDBY\",\"position\":2,"
                                + "\"since\":\"2026-11-22T07:35:00.123Z\",\"session\":\"0x9\"}]}");
    }

    @Test
    void namesNoMasterThatIsNotInTheQueue() {
        queue(candidate(0xa, "a:1"), candidate(0xb, "b:1"));

        assertThat(awaitAnswer("\"session\":\"0xb\"")).bodyText().doesNotContain("MASTER");
    }

    @Test
    void isEmptyWithoutCandidates() {
        queue();

        assertThat(awaitAnswer("[]")).hasStatusOk().hasBodyTextEqualTo("{\"election\":\"/master\",\"candidates\":[]}");
    }

    @Test
    void says503WhenZooKeeperCannotBeReached() {
        node.cutOff();

        RestTestClientResponse response = awaitAnswer("there is no connection");
        assertThat(response)
                .hasStatus(503)
                .hasHeader("Content-Type", "application/problem+json")
                .hasHeader("Cache-Control", "no-store")
                .hasHeader("Retry-After", "1")
                .hasBodyTextEqualTo(
                        "{\"detail\":\"ZooKeeper cannot be asked for the candidates: there is no connection to"
                                + " ZooKeeper\",\"instance\":\"/candidates\",\"status\":503,"
                                + "\"title\":\"Service Unavailable\",\"type\":\"urn:masterlatch:problem:unknown\","
                                + "\"self\":\"master2.example.com:2223\",\"role\":\"STANDBY\"}");
    }

    @Test
    void answersHeadAndListsTheMethods() {
        queue();
        awaitAnswer("[]");

        assertThat(send("HEAD", "*/*"))
                .hasStatusOk()
                .hasHeader("Cache-Control", "no-store")
                .bodyText()
                .isEmpty();
        assertThat(send("OPTIONS", "*/*")).hasStatusOk().hasHeader("Allow", "GET,HEAD,OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void refusesOtherMethods(String method) {
        assertThat(send(method, "*/*"))
                .hasStatus(405)
                .hasHeader("Allow", "GET, HEAD")
                .hasHeader("Cache-Control", "no-store");
    }

    @Test
    void refusesFormatsThatItDoesNotHave() {
        assertThat(send("GET", "text/plain")).hasStatus(406).hasHeader("Cache-Control", "no-store");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asksZooKeeperOnceASecondHoweverManyAskIt(boolean reachable) throws Exception {
        AtomicInteger reads = new AtomicInteger();
        try (MasterLatch another = latch(() -> {
            reads.incrementAndGet();
            return reachable
                    ? CompletableFuture.completedFuture(List.of())
                    : CompletableFuture.failedFuture(new IOException("lost"));
        })) {
            CandidatesController controller = new CandidatesController(another);
            long began = System.nanoTime();
            List<CompletableFuture<Void>> load = IntStream.range(0, 4)
                    .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                        while (System.nanoTime() - began
                                < Duration.ofMillis(1500).toNanos()) {
                            int status = controller
                                    .candidates()
                                    .join()
                                    .getStatusCode()
                                    .value();
                            assertThat(status).isEqualTo(reachable ? 200 : 503);
                        }
                    }))
                    .toList();
            load.forEach(CompletableFuture::join);

            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            assertThat(reads.get()).isBetween(1, (int) seconds + 1);
        }
    }

    @Test
    void doesNotWaitForEverNorAskAgainMeanwhile() throws InterruptedException, ExecutionException {
        AtomicInteger reads = new AtomicInteger();
        try (MasterLatch another = latch(() -> {
            reads.incrementAndGet();
            return new CompletableFuture<>();
        })) {
            CandidatesController controller = new CandidatesController(another, Duration.ofSeconds(2));
            CompletableFuture<ResponseEntity<?>> first = controller.candidates();
            await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
            CompletableFuture<ResponseEntity<?>> second = controller.candidates();

            assertThat(first.get()).isEqualTo(second.get());
            assertThat(((ProblemDetail) first.get().getBody()).getDetail())
                    .isEqualTo("ZooKeeper cannot be asked for the candidates: no answer within 2 s");
            assertThat(reads).hasValue(1);
        }
    }

    /** An instance that does not know the master does not say that a candidate is not master. */
    @Test
    void givesNoRoleWhenTheMasterIsUnknown() throws Exception {
        FakeMasterStore silent = new FakeMasterStore();
        try (MasterLatch another =
                latch(silent, () -> CompletableFuture.completedFuture(List.of(candidate(0xc, "c:1"))), Role.MASTER)) {
            silent.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(1));
            silent.awaitRole(another, Role.MASTER);
            silent.fallSilent();
            silent.awaitRole(another, Role.UNKNOWN);

            ResponseEntity<?> answer =
                    new CandidatesController(another).candidates().get();

            assertThat(new String((byte[]) answer.getBody(), StandardCharsets.UTF_8))
                    .contains("\"role\":\"UNKNOWN\"")
                    .doesNotContain("STANDBY");
        }
    }

    private MasterLatch latch(Supplier<CompletableFuture<List<Candidate>>> line) {
        return latch(new FakeMasterStore(), line, Role.MASTER);
    }

    /** A latch whose queue is read from elsewhere than the rest. */
    private static MasterLatch latch(
            FakeMasterStore behind, Supplier<CompletableFuture<List<Candidate>>> line, Role awaited) {
        MasterStore asked = (MasterStore) Proxy.newProxyInstance(
                MasterStore.class.getClassLoader(),
                new Class<?>[] {MasterStore.class},
                (proxy, method, arguments) ->
                        method.getName().equals("candidates") ? line.get() : method.invoke(behind, arguments));
        MasterLatch latch = MasterLatch.builder(asked).address("another:1").build();
        latch.start();
        behind.awaitRole(latch, awaited);
        return latch;
    }

    private void queue(Candidate... candidates) {
        node.candidates(List.of(candidates));
    }

    private static Candidate candidate(long id, String address) {
        return FakeMasterStore.candidate(String.format("%016x", id), address);
    }

    /** For up to a second the answer is the last one. */
    private RestTestClientResponse awaitAnswer(String part) {
        return await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> send("GET", "*/*"),
                        response -> new String(
                                        response.getExchangeResult().getResponseBodyContent(), StandardCharsets.UTF_8)
                                .contains(part));
    }

    private RestTestClientResponse send(String method, String accept) {
        return RestTestClientResponse.from(client.method(HttpMethod.valueOf(method))
                .uri("/candidates")
                .header("Accept", accept)
                .exchange());
    }
}
