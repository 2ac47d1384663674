package io.masterlatch.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of docs/operating.md are answered, and each of its alerts says what to do. */
@TestInstance(Lifecycle.PER_CLASS)
class OperatingTests {

    private static final Pattern ALERT = Pattern.compile("(?m)^### (MasterLatch\\w+)$");
    private static final Page PAGE = Page.of("docs/operating.md");

    @RegisterExtension
    private final TwoInstances instances = new TwoInstances();

    @TempDir
    private Path directory;

    static Stream<String> alerts() {
        return ALERT.matcher(PAGE.text()).results().map(alert -> alert.group(1));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertHasMeaningImpactCheckAndFix(String alert) {
        assertThat(Pattern.compile("(?m)^- \\*\\*(\\w+)\\*\\*: \\S")
                        .matcher(PAGE.section(alert).text())
                        .results()
                        .map((MatchResult part) -> part.group(1)))
                .containsExactly("Meaning", "Impact", "Check", "Fix");
    }

    @Test
    void eachGraphOfTheDashboardIsExplained() throws IOException {
        String normal = PAGE.section("What is normal on each graph").text();
        JsonNode dashboard =
                new JsonMapper().readTree(Files.readString(Page.ROOT.resolve("deploy/grafana/masterlatch.json")));

        assertThat(dashboard
                        .path("panels")
                        .valueStream()
                        .map(panel -> panel.path("title").asString()))
                .hasSizeGreaterThan(10)
                .allSatisfy(title -> assertThat(normal).containsPattern("\\| ([^|]*, )?" + title + "(, [^|]*)? \\|"));
    }

    static Stream<String> questions() {
        return PAGE.blocks("sh").stream().filter(commands -> commands.contains("curl") && !commands.contains(" -d "));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void aQuestionIsAnswered(String commands) {
        Program.Result result = run(commands);

        assertThat(result.assertOk().output())
                .isNotBlank()
                .doesNotContain("curl: ")
                .doesNotContain("\"status\":404")
                .containsAnyOf("master1.example.com", "masterlatch_", "\"role\"");
    }

    @Test
    void theFirstQuestionShowsTheRoleOfEach() {
        assertThat(run(PAGE.section("The first five minutes").blocks("sh").get(0))
                        .output())
                .contains("\"role\":\"MASTER\"", "\"role\":\"STANDBY\"");
    }

    @Test
    void aMasterIsForcedOutByTheRequestAndComesBackByAnother() {
        List<String> requests = PAGE.section("Force out a master").blocks("sh");

        assertThat(requests).hasSize(1);
        assertThat(run(requests.get(0)).assertOk().output()).contains("\"outcome\":\"withdrawn\"");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> run("for i in $instances; do curl -s $i/master; done")
                        .output()
                        .contains("\"master\":\"" + TwoInstances.STANDBY));
        assertThat(run(requests.get(0).replace("withdraw", "join")).assertOk().output())
                .contains("\"outcome\":\"joined\"");
    }

    /** Runs commands of the page; clients and the actuator are on one port here. */
    private Program.Result run(String commands) {
        String first = Loopback.address(instances.master());
        String second = Loopback.address(instances.standby());
        String here = commands.replace("${i%:*}:8081", "$i")
                .replaceAll("master1\\.example\\.com:808[01]", first)
                .replaceAll("master2\\.example\\.com:808[01]", second);
        return Program.installed("sh", "dash")
                .run(directory, "-c", "instances='" + first + " " + second + "'\n" + here);
    }
}
