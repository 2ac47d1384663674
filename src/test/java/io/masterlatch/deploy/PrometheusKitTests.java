package io.masterlatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.Program;
import io.masterlatch.testing.ScriptedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** The alerts and the dashboard: right in themselves, and about metrics that there are. */
@ScriptedService
// For the metrics of notifications.
@TestPropertySource(properties = "masterlatch.notify.commands[0].run[0]=/bin/true")
class PrometheusKitTests {

    private static final Path DIRECTORY = Kit.file("prometheus");
    private static final String PACKAGE = "prometheus";
    private static final Pattern SELECTOR = Pattern.compile("\\b(masterlatch_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)=(\"[^\"]*\")");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|ignoring) \\(([^)]*)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (MasterLatch\\w+)$");

    @TempDir
    private Path temporary;

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    @ParameterizedTest
    @ValueSource(strings = {"prometheus.yml", "prometheus-kubernetes.yml"})
    void promtoolAcceptsTheConfigurationAndItsRules(String file) {
        promtool().run(DIRECTORY, "check", "config", "--lint-fatal", file).assertOk();
    }

    @Test
    void theAlertsFireWhenTheyShould() {
        promtool()
                .run(DIRECTORY, "test", "rules", "rules-test.yml", "rules-day-test.yml")
                .assertOk();
    }

    @Test
    void eachAlertIsTestedAndDocumented() {
        Set<String> alerts =
                alerts().map(rule -> rule.path("alert").asString()).collect(Collectors.toCollection(TreeSet::new));
        String tests = Kit.text("prometheus/rules-test.yml") + Kit.text("prometheus/rules-day-test.yml");

        assertThat(alerts)
                .hasSizeGreaterThan(5)
                .allSatisfy(alert -> assertThat(tests).containsPattern("alertname: " + alert + "\n +exp_alerts:"));
        assertThat(HEADING.matcher(Kit.guide()).results().map(match -> match.group(1)))
                .containsExactlyInAnyOrderElementsOf(alerts);
    }

    @Test
    void eachAlertLeadsToItsSectionOfTheGuide() {
        assertThat(alerts()).allSatisfy(rule -> {
            String anchor = rule.path("alert").asString().toLowerCase(Locale.ROOT);
            assertThat(rule.at("/annotations/runbook_url").asString())
                    .isEqualTo(Kit.projectUrl() + "/docs/operating.md#" + anchor);
            assertThat(Kit.anchors()).contains(anchor);
        });
    }

    @Test
    void noRuleAsksForAnotherLabelThanThoseOfTheMetricsAndPrometheus() {
        assertThat(rules().map(rule -> rule.path("expr").asString())
                        .flatMap(expression -> GROUPING.matcher(expression).results())
                        .flatMap(labels -> Stream.of(labels.group(1).split(", ?"))))
                .hasSizeGreaterThan(20)
                .allMatch(label ->
                        Set.of("job", "instance", "election", "target", "role").contains(label));
        assertThat(rules().map(rule -> rule.path("expr").asString()))
                .noneMatch(expression -> expression.matches("(?s).*\\b(job|instance|election) *(=|!=|=~|!~).*"));
    }

    @Test
    void promtoolFindsNoFaultWithTheMetrics() {
        Program.Result lint = promtool().run(DIRECTORY, Map.of(), scrape(), "check", "metrics");

        // 3 when there are remarks, of which Spring's and Tomcat's own metrics earn a few; 1 when it cannot read them.
        assertThat(lint.code()).as(lint.output()).isIn(0, 3);
        assertThat(lint.output().lines()).noneMatch(line -> line.startsWith("masterlatch"));
    }

    @Test
    void everyMetricAndLabelThatIsAskedForExists() {
        List<String> scraped = scrape().lines().toList();

        assertThat(Stream.concat(rules().map(rule -> rule.path("expr").asString()), dashboard())
                        .flatMap(expression -> SELECTOR.matcher(expression).results())
                        .filter(selector -> scraped.stream().noneMatch(line -> matches(line, selector)))
                        .map(MatchResult::group))
                .isEmpty();
    }

    @Test
    void theDashboardAsksInPromQlAndForRulesThatThereAre() throws IOException {
        assertThat(dashboard()).hasSizeGreaterThan(10).doesNotContain("");
        assertThat(dashboard().filter(expression -> expression.contains(":")))
                .isNotEmpty()
                .allMatch(expression -> rules().map(rule -> rule.path("record").asString(""))
                        .anyMatch(name -> !name.isEmpty() && expression.contains(name)));

        StringBuilder asRules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        for (String expression : dashboard().toList()) {
            String concrete = expression
                    .replace("$__rate_interval", "1m")
                    .replace("$job", "masterlatch")
                    .replace("$election", ".*");
            asRules.append("      - record: dashboard:")
                    .append(asRules.length())
                    .append("\n        expr: >-\n          ");
            asRules.append(concrete).append('\n');
        }
        Files.writeString(temporary.resolve("dashboard.yml"), asRules);
        promtool().run(temporary, "check", "rules", "dashboard.yml").assertOk();
    }

    @Test
    void theDashboardShowsSecondsWhereItAsksForSeconds() {
        assertThat(Kit.json("grafana/masterlatch.json").path("panels").valueStream())
                .allSatisfy(panel -> {
                    String unit = panel.at("/fieldConfig/defaults/unit").asString("none");
                    assertThat(panel.findValuesAsString("expr"))
                            .as("%s, whose unit is %s", panel.path("title"), unit)
                            .allMatch(expression -> unit.equals("s")
                                    == expression.matches(".*masterlatch_(\\w+_seconds_(sum|max)|\\w+_seconds)\\b.*"));
                });
    }

    @Test
    void theDashboardHasAPanelForEachMetricThatAnAlertGoesBy() {
        assertThat(rules().map(rule -> rule.path("expr").asString())
                        .flatMap(expression -> SELECTOR.matcher(expression).results())
                        .map(selector -> selector.group(1))
                        // The rest of the lease comes with its rule, and each claim is a change of role.
                        .filter(metric -> !Set.of(
                                        "masterlatch_lease_remaining_seconds", "masterlatch_claims_seconds_count")
                                .contains(metric)))
                .isNotEmpty()
                .allMatch(metric -> dashboard().anyMatch(expression -> expression.contains(metric + "{")));
    }

    @Test
    void theDashboardLeadsToThePageAndTheGuide() {
        JsonNode dashboard = Kit.json("grafana/masterlatch.json");

        assertThat(dashboard
                        .path("links")
                        .valueStream()
                        .map(link -> link.path("url").asString()))
                .containsExactly("${page}", Kit.projectUrl() + "/docs/operating.md#alerts");
        assertThat(dashboard.at("/templating/list").findValuesAsString("name")).contains("page");
        assertThat(Kit.anchors()).contains("alerts");
    }

    @Test
    void theDashboardIsLaidOutWithoutOverlaps() {
        JsonNode dashboard = Kit.json("grafana/masterlatch.json");
        Set<String> taken = new TreeSet<>();

        assertThat(dashboard
                        .path("panels")
                        .valueStream()
                        .map(panel -> panel.path("id").asInt()))
                .doesNotHaveDuplicates();
        for (JsonNode panel : dashboard.path("panels")) {
            JsonNode at = panel.path("gridPos");
            for (int x = at.path("x").asInt();
                    x < at.path("x").asInt() + at.path("w").asInt();
                    x++) {
                for (int y = at.path("y").asInt();
                        y < at.path("y").asInt() + at.path("h").asInt();
                        y++) {
                    assertThat(taken.add(x + "," + y))
                            .as("%s at %s,%s", panel.path("title"), x, y)
                            .isTrue();
                    assertThat(x).isLessThan(24);
                }
            }
        }
    }

    private static Program promtool() {
        return Program.installed("promtool", PACKAGE);
    }

    private static Stream<JsonNode> rules() {
        return Kit.yaml("prometheus/rules.yml")
                .path("groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream());
    }

    private static Stream<JsonNode> alerts() {
        return rules().filter(rule -> rule.has("alert"));
    }

    private static Stream<String> dashboard() {
        return Kit.json("grafana/masterlatch.json").findValuesAsString("expr").stream();
    }

    private static boolean matches(String line, MatchResult selector) {
        String labels = selector.group(2) == null ? "" : selector.group(2);
        return line.matches(Pattern.quote(selector.group(1)) + "[ {].*")
                && MATCHER.matcher(labels)
                        .results()
                        .filter(label -> !Set.of("job", "instance").contains(label.group(1)))
                        .allMatch(label -> line.contains(label.group(1) + "=" + label.group(2)));
    }

    private String scrape() {
        node.begin(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.MASTER);
        return client.get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }
}
