package io.masterlatch.actuate;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.FakeMasterStore.Scene;
import io.masterlatch.testing.ScriptedService;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.assertj.RestTestClientResponse;

/** What the health component {@code master} says in each state, and what it does not change. */
@ScriptedService
class MasterHealthTests {

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private MasterHealthIndicator indicator;

    @Autowired
    private RestTestClient client;

    @BeforeEach
    void isStandbyOfAnother() {
        given(heldBy("master1.example.com:2223"), Role.STANDBY);
    }

    @Test
    void isUpAsStandbyAndShowsWhatItKnows() {
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
        assertThat(details())
                .containsExactly(
                        Map.entry("election", "/master"),
                        Map.entry("role", Role.STANDBY),
                        Map.entry("master", "master1.example.com:2223"),
                        Map.entry("epoch", 4294967303L),
                        Map.entry("since", "2026-11-22T07:35:00.123Z"),
                        Map.entry("self", ScriptedService.SELF),
                        Map.entry("zookeeper", ScriptedService.CONNECT_STRING),
                        Map.entry("connection", Connection.CONNECTED),
                        Map.entry("session", Session.name(node.session().id())),
                        Map.entry("sessionTimeoutSeconds", new BigDecimal("120.000")),
                        Map.entry("leaseSeconds", new BigDecimal("10.000")),
                        Map.entry("leaseRemainingSeconds", new BigDecimal("0.000")));
    }

    @Test
    void isUpAsMasterAndShowsForHowLong() {
        given(FakeMasterStore.noMaster(), Role.MASTER);

        Health health = indicator.health();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsEntry("role", Role.MASTER)
                .containsEntry("master", ScriptedService.SELF)
                .doesNotContainKeys("problem", "warning");
        BigDecimal remaining = (BigDecimal) health.getDetails().get("leaseRemainingSeconds");
        assertThat(remaining).isPositive().isLessThanOrEqualTo(new BigDecimal("10.000"));
        assertThat(remaining.scale()).isEqualTo(3);
    }

    @Test
    void isUpAsObserver() {
        FakeMasterStore another = new FakeMasterStore();
        try (MasterLatch observer = observer(another)) {
            another.awaitRole(observer, Role.OBSERVER);

            Health health = new MasterHealthIndicator(observer, "zk:2181").health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("role", Role.OBSERVER)
                    .doesNotContainKeys("master", "epoch", "since");
        }
    }

    @Test
    void isUpThroughALossOfTheConnectionThatIsShorterThanTheLease() {
        node.cutOff();
        await().until(() -> latch.mastership().connection() == Connection.SUSPENDED);

        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
        assertThat(details()).containsEntry("connection", Connection.SUSPENDED);
    }

    @Test
    void isUpAndWarnsWhenTheMasterIsNotWhatItShouldBe() {
        given(FakeMasterStore.stranger("stranger"), Role.STANDBY);
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
        assertThat(details())
                .containsEntry("warning", "session 0x77 is master and its data is \"stranger\", not host:port")
                .containsEntry("master", "stranger");

        given(heldBy(ScriptedService.SELF), Role.STANDBY);
        await().untilAsserted(() -> assertThat(details())
                .containsEntry(
                        "warning",
                        "another instance is configured with the same address " + ScriptedService.SELF
                                + " and is master"));
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
    }

    /** That health and info are the same is shown by NamesTests. */
    @Test
    void anAddressThatIsNotReadableIsNotInCandidacyEither() {
        given(FakeMasterStore.stranger(new byte[] {-1}, FakeMasterStore.SINCE), Role.STANDBY);

        assertThat(new CandidacyEndpoint(latch).read()).containsKey("epoch").doesNotContainKey("master");
    }

    @Test
    void isUpAndWarnsWhenItIsSuspended() {
        latch.suspend("the application is not healthy");
        try {
            node.awaitRole(latch, Role.OBSERVER);
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
            assertThat(details())
                    .containsEntry("role", Role.OBSERVER)
                    .containsEntry("warning", "the candidacy is suspended: the application is not healthy");
        } finally {
            latch.resume("it is healthy");
        }
        node.awaitRole(latch, Role.STANDBY);
        assertThat(details()).doesNotContainKey("warning");
    }

    @Test
    void isDownBeyondTheLease() {
        node.begin(heldBy("master1.example.com:2223"), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.STANDBY);
        node.cutOff();
        node.awaitRole(latch, Role.UNKNOWN);

        assertDown("no connection to ZooKeeper");
        assertThat(details())
                .containsEntry("role", Role.UNKNOWN)
                .containsEntry("connection", Connection.SUSPENDED)
                .doesNotContainKeys("master", "epoch", "since");
    }

    @Test
    void isDownWithoutAnAnswerFromAServerThatIsConnected() {
        node.begin(FakeMasterStore.heldBy("a.example.com:1"), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.STANDBY);
        node.fallSilent();
        node.awaitRole(latch, Role.UNKNOWN);

        assertDown("ZooKeeper is connected and has not answered for longer than the lease");
    }

    @Test
    void isDownWhenItIsRefused() {
        node.refuseBeyondTheLease(latch, "ZooKeeper refuses this instance: authentication failed");

        assertDown("no connection to ZooKeeper: ZooKeeper refuses this instance: authentication failed");
    }

    @Test
    void isDownWithoutThePermissionToClaim() {
        node.failClaims(new Failed(Failed.Kind.REFUSED, "no permission to create /master"));
        node.change(FakeMasterStore.noMaster());
        await().until(() -> latch.mastership().error() != null);

        assertDown("no permission to create /master");
        assertThat(details()).containsEntry("role", Role.STANDBY);
    }

    @Test
    void isDownWhenANodeOfNoSessionBlocksTheElection() {
        given(FakeMasterStore.blocked(), Role.STANDBY);

        assertDown("the master's node is persistent: no instance can become master until an operator deletes it");
    }

    @Test
    void isDownWhenThereHasBeenNoMasterForLong() {
        FakeMasterStore another = new FakeMasterStore();
        try (MasterLatch observer = observer(another)) {
            another.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(1));
            MasterHealthIndicator watching = new MasterHealthIndicator(observer, "zk:2181");

            await().until(() -> String.valueOf(watching.health().getDetails().get("problem"))
                    .matches("there has been no master for [0-9]+ s: no instance has claimed the lease"));
            assertThat(watching.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(watching.health().getDetails()).containsEntry("role", Role.OBSERVER);
        }
    }

    @Test
    void isDownBeforeItIsStarted() {
        MasterLatch latent = MasterLatch.builder(new FakeMasterStore())
                .address(ScriptedService.SELF)
                .build();

        Health health = new MasterHealthIndicator(latent, "zk:2181").health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("problem", "the election is not started");
    }

    @Test
    void isShownOverHttp() {
        assertThat(get("/actuator/health/master"))
                .hasStatusOk()
                .bodyText()
                .startsWith(
                        "{\"details\":{\"election\":\"/master\",\"role\":\"STANDBY\",\"master\":\"master1.example.com:2223\","
                                + "\"epoch\":4294967303,\"since\":\"2026-11-22T07:35:00.123Z\",")
                .contains("\"sessionTimeoutSeconds\":120.000,\"leaseSeconds\":10.000,\"leaseRemainingSeconds\":0.000}");
        assertThat(get("/actuator/health")).hasStatusOk();
    }

    @Test
    void takesTheWholeDownAndNeitherLivenessNorReadiness() {
        node.refuseBeyondTheLease(latch, "authentication failed");

        assertThat(get("/actuator/health/master"))
                .hasStatus(503)
                .bodyJson()
                .extractingPath("details.problem")
                .isEqualTo("no connection to ZooKeeper: authentication failed");
        assertThat(get("/actuator/health")).hasStatus(503);
        assertThat(get("/actuator/health/liveness")).hasStatusOk();
        assertThat(get("/actuator/health/readiness")).hasStatusOk();
    }

    @ParameterizedTest
    @CsvSource({"liveness, livenessState election", "readiness, readinessState"})
    void hasNoPartInTheProbes(String group, String components) {
        assertThat(get("/actuator/health/" + group))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("components")
                .asMap()
                .containsOnlyKeys(components.split(" "));
    }

    /** Found out when asked: a minute of that is what an election's own tests wait for. */
    @Test
    void theLivenessOfTheElectionIsUpWithoutZooKeeper() {
        node.shortenTheLease(latch);
        node.refuse("the ZooKeeper client cannot be made: java.lang.OutOfMemoryError", true);
        node.awaitRole(latch, Role.UNKNOWN);

        assertThat(latch.stuck()).isEmpty();
        assertThat(get("/actuator/health/election")).hasStatusOk();
        assertThat(get("/actuator/health/liveness")).hasStatusOk();
    }

    private void assertDown(String reason) {
        Health health = indicator.health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("problem", reason);
        assertThat(health.getDetails().keySet()).startsWith("problem");
    }

    private static MasterLatch observer(FakeMasterStore node) {
        MasterLatch observer = MasterLatch.builder(node)
                .address(ScriptedService.SELF)
                .candidate(false)
                .build();
        observer.start();
        await().until(node::open);
        return observer;
    }

    private Map<String, Object> details() {
        return new LinkedHashMap<>(indicator.health().getDetails());
    }

    private void given(Scene scene, Role role) {
        node.begin(scene);
        node.awaitRole(latch, role);
    }

    private RestTestClientResponse get(String path) {
        return RestTestClientResponse.from(client.get().uri(path).exchange());
    }
}
