package io.masterlatch.actuate;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.FakeMasterStore.Scene;
import io.masterlatch.testing.ScriptedService;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;

/** The election in figures, as Prometheus scrapes them. */
@ScriptedService
class MasterMetricsTests {

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @BeforeEach
    void isMaster() {
        given(FakeMasterStore.noMaster(), Role.MASTER);
    }

    @Test
    void showsTheMaster() {
        long epoch = latch.getLeader().orElseThrow().epoch();
        Map<String, Double> scraped = scrape();

        assertThat(scraped)
                .contains(
                        entry("masterlatch_role{role=\"MASTER\"}", 1.0),
                        entry("masterlatch_role{role=\"STANDBY\"}", 0.0),
                        entry("masterlatch_role{role=\"OBSERVER\"}", 0.0),
                        entry("masterlatch_role{role=\"UNKNOWN\"}", 0.0),
                        entry("masterlatch_epoch", (double) epoch),
                        entry("masterlatch_connected", 1.0),
                        entry("masterlatch_session_timeout_seconds", 120.0),
                        entry("masterlatch_lease_seconds", 10.0),
                        entry("masterlatch_problem", 0.0),
                        entry("masterlatch_warning", 0.0),
                        entry("masterlatch_embedded", 0.0),
                        entry("masterlatch_simulated", 0.0),
                        entry("masterlatch_info{version=\"unknown\"}", 1.0));
        assertThat(scraped.get("masterlatch_lease_remaining_seconds")).isBetween(0.001, 10.0);
        assertThat(scraped.get("masterlatch_since_change_seconds")).isBetween(0.0, 120.0);
    }

    @Test
    void showsAStandby() {
        given(heldBy("master1.example.com:2223"), Role.STANDBY);

        assertThat(scrape())
                .contains(
                        entry("masterlatch_role{role=\"MASTER\"}", 0.0),
                        entry("masterlatch_role{role=\"STANDBY\"}", 1.0),
                        entry("masterlatch_epoch", 4294967303.0),
                        entry("masterlatch_lease_remaining_seconds", 0.0),
                        entry("masterlatch_connected", 1.0));
    }

    @Test
    void showsThatItDoesNotKnow() {
        node.refuseBeyondTheLease(latch, "authentication failed");

        assertThat(scrape())
                .contains(
                        entry("masterlatch_role{role=\"MASTER\"}", 0.0),
                        entry("masterlatch_role{role=\"UNKNOWN\"}", 1.0),
                        entry("masterlatch_epoch", 0.0),
                        entry("masterlatch_lease_remaining_seconds", 0.0),
                        entry("masterlatch_problem", 1.0),
                        entry("masterlatch_connected", 0.0));
    }

    @Test
    void showsThatSomethingIsInTheWay() {
        given(FakeMasterStore.blocked(), Role.STANDBY);

        assertThat(scrape()).contains(entry("masterlatch_problem", 1.0), entry("masterlatch_epoch", 0.0));
    }

    @Test
    void showsThatThereIsAWarning() {
        given(heldBy(ScriptedService.SELF), Role.STANDBY);

        await().untilAsserted(() ->
                assertThat(scrape()).contains(entry("masterlatch_problem", 0.0), entry("masterlatch_warning", 1.0)));
    }

    @Test
    void showsThatAnEmbeddedServerIsInUse() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new MasterMetrics(latch, true, false).bindTo(registry);

        assertThat(registry.get("masterlatch.embedded").gauge().value()).isEqualTo(1);
    }

    @Test
    void showsTheLossOfTheConnectionBeforeTheLossOfTheMastership() {
        node.cutOff();
        await().until(() -> latch.mastership().connection() == Connection.SUSPENDED);

        assertThat(scrape())
                .contains(entry("masterlatch_connected", 0.0), entry("masterlatch_role{role=\"MASTER\"}", 1.0));
    }

    @Test
    void countsClaimsRenewalsAndTakeOvers() {
        Map<String, Double> before = scrape();
        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(5));
        node.awaitRole(latch, Role.MASTER);
        String renewed = "masterlatch_renewals_seconds_count{outcome=\"renewed\"}";
        await().untilAsserted(() -> assertThat(scrape().get(renewed)).isGreaterThan(before.get(renewed)));

        Map<String, Double> after = scrape();
        assertThat(after.get("masterlatch_claims_seconds_count{outcome=\"claimed\"}"))
                .isEqualTo(before.get("masterlatch_claims_seconds_count{outcome=\"claimed\"}") + 1);
        assertThat(after.get("masterlatch_renewals_seconds_sum{outcome=\"renewed\"}"))
                .isGreaterThan(before.get("masterlatch_renewals_seconds_sum{outcome=\"renewed\"}"));
        assertThat(after)
                .containsKeys(
                        "masterlatch_renewals_seconds_count{outcome=\"conflict\"}",
                        "masterlatch_renewals_seconds_count{outcome=\"unanswered\"}",
                        "masterlatch_renewals_seconds_count{outcome=\"refused\"}",
                        "masterlatch_renewals_seconds_max{outcome=\"renewed\"}",
                        "masterlatch_claims_seconds_count{outcome=\"conflict\"}",
                        "masterlatch_take_overs_total{cause=\"lapsed\"}");
    }

    @Test
    void countsARenewalThatComesTooLate() {
        String conflict = "masterlatch_renewals_seconds_count{outcome=\"conflict\"}";
        double before = scrape().get(conflict);

        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(5));
        node.awaitRole(latch, Role.MASTER);
        node.changeUnwatched(FakeMasterStore.heldBy("other.example.com:2223"));

        await().untilAsserted(() -> assertThat(scrape().get(conflict)).isEqualTo(before + 1));
    }

    @Test
    void countsChangesOfRoleAndNotOfTheMaster() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        FakeMasterStore another = new FakeMasterStore();
        try (MasterLatch observer = MasterLatch.builder(another)
                .address(ScriptedService.SELF)
                .candidate(false)
                .build()) {
            new MasterMetrics(observer, false, false).bindTo(registry);
            observer.start();
            for (long epoch = 1; epoch <= 5; epoch++) {
                another.awaitRole(observer, Role.OBSERVER);
                another.change(FakeMasterStore.heldBy("master:1", epoch, FakeMasterStore.SINCE));
            }
            another.awaitRole(observer, Role.OBSERVER);
            another.refuse("authentication failed");

            Counter changes = registry.get("masterlatch.role.changes").counter();
            await().until(() -> changes.count() >= 2);
            assertThat(changes.count()).isEqualTo(2);
            assertThat(registry.get("masterlatch.since.change").timeGauge().value(TimeUnit.SECONDS))
                    .isBetween(0.0, 60.0);
        }
    }

    @Test
    void keepsItsGaugesWhenGarbageIsCollected() {
        System.gc();

        assertThat(scrape())
                .containsEntry("masterlatch_role{role=\"MASTER\"}", 1.0)
                .doesNotContainValue(Double.NaN);
    }

    private void given(Scene scene, Role role) {
        node.begin(scene);
        node.awaitRole(latch, role);
    }

    private Map<String, Double> scrape() {
        String text = client.get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        Map<String, Double> values = new LinkedHashMap<>();
        text.lines().filter(line -> line.startsWith("masterlatch_")).forEach(line -> {
            // All of them, also those of other features.
            assertThat(line).containsPattern("[{,]election=\"/master\"[,}]");
            String series = line.replaceFirst("(?<=\\{)election=\"/master\",?|,election=\"/master\"", "")
                    .replace("{}", "");
            int space = series.lastIndexOf(' ');
            values.put(series.substring(0, space), Double.valueOf(series.substring(space + 1)));
        });
        return values;
    }
}
