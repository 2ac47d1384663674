package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.FakeMasterStore.Scene;
import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** How {@code GET /master} shows whether anything has changed, and waits until it does. */
@ScriptedService
class LongPollTests {

    private static final String MASTER = "master1.example.com:2223";
    private static final String OTHER = "master3.example.com:2223";

    private final HttpClient http = HttpClient.newHttpClient();

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

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
    void tagsItsAnswersWeakly() throws Exception {
        String tag = tag(get());

        assertThat(tag).matches("W/\"[0-9a-f]{16}\"");
        assertThat(tag(get())).isEqualTo(tag);
        assertThat(tag(get("Accept", "text/plain"))).isEqualTo(tag);
    }

    @Test
    void tagsEachMasterAndEpochDifferentlyAndWhatIsNone() throws Exception {
        Set<String> tags = new HashSet<>();
        tags.add(tag(get()));
        given(held(OTHER, 4294967303L), Role.STANDBY);
        tags.add(tag(get()));
        given(held(OTHER, 4294967304L), Role.STANDBY);
        tags.add(tag(get()));
        given(FakeMasterStore.noMaster(), Role.MASTER);
        tags.add(tag(get()));
        given(FakeMasterStore.blocked(), Role.STANDBY);
        tags.add(tag(get()));
        node.refuseBeyondTheLease(latch, "authentication failed");
        tags.add(tag(get()));

        assertThat(tags).hasSize(6).doesNotContain("");
    }

    /** So that a client which is sent to another instance each time waits all the same. */
    @Test
    void theMasterAndAStandbyTagTheSameMasterAlike() throws Exception {
        given(held(ScriptedService.SELF, 7), Role.STANDBY);
        String before = tag(get());
        given(FakeMasterStore.noMaster(), Role.MASTER);
        Master own = latch.getLeader().orElseThrow();
        String asMaster = tag(get());
        given(held(ScriptedService.SELF, own.epoch()), Role.STANDBY);

        assertThat(tag(get())).isEqualTo(asMaster).isNotEqualTo(before);
        assertThat(get("If-None-Match", asMaster).statusCode()).isEqualTo(304);
    }

    @Test
    void thereIsOneTagForNoMasterAndOneForUnknownWhateverTheReason() throws Exception {
        thereIsNoMaster();
        String noMaster = tag(get());
        given(FakeMasterStore.blocked(), Role.STANDBY);
        assertThat(tag(get())).isEqualTo(noMaster);

        node.begin(FakeMasterStore.stranger(new byte[0], FakeMasterStore.SINCE));
        node.awaitRole(latch, Role.STANDBY);
        String unknown = tag(get());
        node.refuseBeyondTheLease(latch, "authentication failed");
        assertThat(tag(get())).isEqualTo(unknown).isNotEqualTo(noMaster);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-gzip\"", "\"-gzip", "--br\""})
    void aSuffixOfAProxyMakesNoOtherTag(String end) throws Exception {
        String known = tag(get()).replaceFirst("\"$", end);
        assertThat(get("If-None-Match", known).statusCode()).isEqualTo(304);
        CompletableFuture<HttpResponse<String>> waiting = send("GET", "If-None-Match", known, "Prefer", "wait=60");
        assertThatItWaits(waiting);

        node.change(heldBy(OTHER));

        assertThat(waiting.get(10, TimeUnit.SECONDS).body()).contains(OTHER);
    }

    @Test
    void keepsTheTagWhenTheLeaseIsRenewed() throws Exception {
        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(2));
        node.awaitRole(latch, Role.MASTER);
        String tag = tag(get());
        Mastership.Lease lease = latch.mastership().lease();
        await().until(() -> !lease.equals(latch.mastership().lease()));

        assertThat(tag(get())).isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain"})
    void says304WhenNothingHasChanged(String accept) throws Exception {
        String tag = tag(get());

        HttpResponse<String> answer = get("Accept", accept, "If-None-Match", tag);

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(tag(answer)).isEqualTo(tag);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void says200WhenSomethingHasChanged() throws Exception {
        String tag = tag(get());
        given(heldBy(OTHER), Role.STANDBY);

        HttpResponse<String> answer = get("If-None-Match", tag, "Prefer", "wait=60");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(OTHER);
        assertThat(tag(answer)).isNotEqualTo(tag);
    }

    @Test
    void waitsForAChange() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting =
                send("GET", "Accept", "text/plain", "If-None-Match", tag(get()), "Prefer", "wait=60");
        assertThatItWaits(waiting);

        node.change(heldBy(OTHER));

        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(OTHER + "\n");
        assertThat(tag(answer)).isEqualTo(tag(get()));
        assertThat(answer.headers().allValues("Preference-Applied")).containsExactly("wait=50");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
    }

    @Test
    void waitsForAChangeWithHeadToo() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting =
                send("HEAD", "If-None-Match", tag(get()), "Prefer", "wait=60");
        assertThatItWaits(waiting);

        node.change(heldBy(OTHER));

        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(tag(answer)).isEqualTo(tag(get()));
    }

    @Test
    void says304WhenTheTimeIsUp() throws Exception {
        String tag = tag(get());
        long asked = System.nanoTime();

        HttpResponse<String> answer = get("If-None-Match", tag, "Prefer", "wait=2");

        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(tag(answer)).isEqualTo(tag);
        assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=2");
    }

    @Test
    void waitsForNoLongerThanProxiesDo() throws Exception {
        HttpResponse<String> answer = get("Prefer", "wait=3600");

        assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=50");
    }

    @Test
    void answersAtOnceWithoutATagWhenThereIsAMaster() throws Exception {
        HttpResponse<String> answer = get("Prefer", "wait=60");

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void sendsTheEndOfTheLeaseToAClientThatWaits() throws Exception {
        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.MASTER);
        CompletableFuture<HttpResponse<String>> waiting = send("GET", "If-None-Match", tag(get()), "Prefer", "wait=60");
        node.fallSilent();

        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);

        assertThat(latch.hasLeadership()).isFalse();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"role\":\"UNKNOWN\"");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=50");
    }

    @Test
    void withoutAMasterAnswersAtOnceAClientThatDoesNotWait() throws Exception {
        thereIsNoMaster();
        String tag = tag(get());

        assertThat(get("If-None-Match", tag).statusCode()).isEqualTo(404);
        assertThat(get("If-None-Match", "*").statusCode()).isEqualTo(404);
        assertThat(get("If-None-Match", tag, "Prefer", "wait=soon").statusCode())
                .isEqualTo(404);
    }

    @Test
    void withoutAMasterWaitsForOne() throws Exception {
        thereIsNoMaster();
        CompletableFuture<HttpResponse<String>> waiting = send("GET", "Prefer", "wait=60");
        assertThatItWaits(waiting);
        node.refuseBeyondTheLease(latch, "authentication failed");
        assertThatItWaits(waiting);

        given(heldBy(OTHER), Role.STANDBY);

        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(OTHER);
    }

    @Test
    void withoutAMasterSendsAnyChangeToAClientWithATag() throws Exception {
        thereIsNoMaster();
        CompletableFuture<HttpResponse<String>> waiting = send("GET", "If-None-Match", tag(get()), "Prefer", "wait=60");
        assertThatItWaits(waiting);

        node.shortenTheLease(latch);
        node.refuse("authentication failed");

        assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    }

    @Test
    void withoutAMasterSaysSoAgainWhenTheTimeIsUp() throws Exception {
        thereIsNoMaster();
        HttpResponse<String> before = get();

        HttpResponse<String> named = get("If-None-Match", tag(before), "Prefer", "wait=1");
        HttpResponse<String> unnamed = get("Prefer", "wait=1");

        assertThat(List.of(named, unnamed)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo(before.body());
            assertThat(tag(answer)).isEqualTo(tag(before));
            assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=1");
        });
    }

    @Test
    void waitsForTheSuccessorWhenTheMasterWithdraws() throws Exception {
        given(FakeMasterStore.noMaster(), Role.MASTER);
        String known = tag(get());
        try (EventClient stream = EventClient.open(port)) {
            assertThat(stream.next().data()).contains(ScriptedService.SELF);
            CompletableFuture<HttpResponse<String>> waiting = send("GET", "If-None-Match", known, "Prefer", "wait=50");
            assertThatItWaits(waiting);

            latch.withdraw().get(10, TimeUnit.SECONDS);

            assertThat(get().statusCode()).isIn(404, 503);
            assertThat(get("If-None-Match", known).statusCode()).isIn(404, 503);
            // They have looked again since.
            subscribers.lookAll();
            assertThatItWaits(waiting);
            node.takeOver(OTHER);
            assertThat(waiting.get(10, TimeUnit.SECONDS).body()).contains(OTHER);
            assertThat(stream.next().data()).contains(OTHER);
        } finally {
            latch.join();
        }
    }

    /** On every other instance too. This one observes, since as a candidate it would be the successor. */
    @Test
    void waitsForTheSuccessorWhenAnotherIsMasterAndStops() throws Exception {
        latch.withdraw().get(10, TimeUnit.SECONDS);
        try (EventClient stream = EventClient.open(port)) {
            given(heldBy(MASTER), Role.OBSERVER);
            String known = tag(get());
            assertThat(stream.next().data()).contains(MASTER);
            CompletableFuture<HttpResponse<String>> waiting = send("GET", "If-None-Match", known, "Prefer", "wait=50");
            assertThatItWaits(waiting);

            node.release();
            await().until(() -> latch.getLeader().isEmpty());

            assertThat(get("If-None-Match", known).statusCode()).isEqualTo(404);
            subscribers.lookAll();
            assertThatItWaits(waiting);
            node.takeOver(OTHER);
            assertThat(waiting.get(10, TimeUnit.SECONDS).body()).contains(OTHER);
            assertThat(stream.next().data()).contains(OTHER);
        } finally {
            latch.join();
        }
    }

    @Test
    void waitsForTheSuccessorOfAHandOverUpToItsTimeout() throws Exception {
        given(FakeMasterStore.noMaster(), Role.MASTER);
        node.candidates(List.of(FakeMasterStore.candidate("00000000000000fe", OTHER)));
        node.failClaims(new Failed(Failed.Kind.REFUSED, "no permission to create /master"));
        CompletableFuture<HttpResponse<String>> waiting = send("GET", "If-None-Match", tag(get()), "Prefer", "wait=50");
        assertThatItWaits(waiting);

        long begun = System.nanoTime();
        latch.handOver(null, Duration.ofSeconds(2));

        assertThat(waiting.get(30, TimeUnit.SECONDS).statusCode()).isIn(404, 503);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        node.candidates(List.of());
    }

    /** Nothing would take the place back before the time is up. */
    @Test
    void takesNoPlaceWhereARequestCannotWait() throws Exception {
        MasterController controller =
                new MasterController(new MasterStateProvider(latch), subscribers, Duration.ofSeconds(15));
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Prefer", "wait=50");
        request.addHeader("If-None-Match", tag(get()));
        int before = subscribers.count();

        assertThatIllegalStateException()
                .isThrownBy(() -> controller.master(request, new MockHttpServletResponse()))
                .withMessageContaining("does not support asynchronous requests");
        assertThat(subscribers.count()).isEqualTo(before);
    }

    private void thereIsNoMaster() {
        node.failClaims(new Failed(Failed.Kind.REFUSED, "no permission to create /master"));
        node.change(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.STANDBY);
    }

    private void given(Scene scene, Role role) {
        node.begin(scene);
        node.awaitRole(latch, role);
    }

    private static Scene held(String address, long epoch) {
        return FakeMasterStore.heldBy(address, epoch, FakeMasterStore.SINCE);
    }

    /** That it has not been answered although another question has, which was asked later. */
    private void assertThatItWaits(CompletableFuture<?> waiting) throws Exception {
        get();
        assertThat(waiting).isNotDone();
    }

    private static String tag(HttpResponse<?> response) {
        return response.headers().firstValue("ETag").orElse("");
    }

    private HttpResponse<String> get(String... headers) throws IOException, InterruptedException {
        return http.send(request("GET", headers), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> send(String method, String... headers) {
        return http.sendAsync(request(method, headers), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/master"))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(70));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }
}
