package io.masterlatch.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.MasterLatchApplication;
import io.masterlatch.testing.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The snippets of README.md, and of the pages to which it sends Java programmers. */
@TestInstance(Lifecycle.PER_CLASS)
class ReadmeTests {

    private static final int LINES = 190;
    private static final Pattern TRANSCRIPT = Pattern.compile("(?m)^\\$ (curl .*)\\n(\\{.*)$");
    private static final Pattern SETTING =
            Pattern.compile("(?<![\\w.])masterlatch(?:\\.[a-z][a-z0-9-]*)+(?:\\[0]\\.[a-z]+)?");
    private static final Set<String> SUFFIXES =
            Set.of("jar", "service", "yaml", "json", "jsa", "aot", "example", "web");
    private static final String IMPORTS = """
            import io.masterlatch.election.*;
            import io.masterlatch.guard.*;
            import io.masterlatch.latch.*;
            import java.time.Duration;
            import java.util.List;
            import org.apache.curator.framework.*;
            import org.apache.curator.retry.RetryForever;
            import org.apache.zookeeper.data.ACL;
            import org.springframework.scheduling.annotation.*;
            import org.springframework.stereotype.Service;
            """;

    // Runs the statement as masters of these epochs would, and prints how many rows each has changed.
    private static final String JOBS = """
            import sqlite3, sys
            table = sqlite3.connect(":memory:")
            table.execute("CREATE TABLE job (id INTEGER, state TEXT, epoch INTEGER)")
            table.execute("INSERT INTO job VALUES (1, 'new', 0)")
            for epoch in (9, 8, 9, 10):
                print(table.execute(sys.argv[1], {"id": 1, "epoch": epoch}).rowcount)
            """;

    private final Page readme = Page.of("README.md");

    @RegisterExtension
    private final TwoInstances instances = new TwoInstances();

    @TempDir
    private Path directory;

    @Test
    void theTwoCommandsAreThereAndTheCheckRunsTheTests() throws IOException {
        assertThat(readme.text())
                .containsPattern("(?m)^\\./mvnw spring-boot:run ")
                .containsPattern("(?m)^\\./mvnw verify ");
        assertThat(Files.readString(Page.ROOT.resolve(".ci/run"))).containsPattern("(?m)^\\./mvnw -B -ntp verify$");
        assertThat(readme.text().lines()).hasSizeLessThanOrEqualTo(LINES);
    }

    @Test
    void theJarToDeployIsTheOneThatIsBuilt() throws IOException {
        String version = Pattern.compile("(?m)^  <version>(.*)</version>$")
                .matcher(Files.readString(Page.ROOT.resolve("pom.xml")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);

        assertThat(readme.section("Deploy").text()).contains(" -jar target/masterlatch-" + version + "-exec.jar ");
    }

    @Test
    void theTrialAnswersAsItSays() {
        List<MatchResult> transcript = TRANSCRIPT
                .matcher(readme.section("Try it in 60 seconds").text())
                .results()
                .toList();

        assertThat(transcript).hasSize(2).allSatisfy(step -> {
            String answer =
                    shell(instances.asInTheTrial(step.group(1) + " -sS")).output();
            assertThat(neutral(answer))
                    .isEqualTo(neutral(step.group(2)
                            .replace("vm:8080", TwoInstances.MASTER)
                            .replace("vm:8081", TwoInstances.STANDBY)));
        });
    }

    /** Leaves out what differs from one trial to another. */
    private static String neutral(String answer) {
        return answer.replaceAll("\"epoch\":\\d+", "\"epoch\":0").replaceAll("\"since\":\"[^\"]+\"", "\"since\":\"\"");
    }

    @Test
    void theShellKnowsWhetherItsInstanceIsMaster() {
        String code = readme.block("Use it", "sh");

        assertThat(shell(TwoInstances.at(code, instances.master())).output()).isEqualTo("this instance is master\n");
        assertThat(shell(TwoInstances.at(code, instances.standby())).output())
                .doesNotContain("this instance is master");
    }

    @Test
    void theStatementChangesNoRowForAnEarlierMaster() {
        assertThat(Program.installed("python3", "python3")
                        .run(directory, "-c", JOBS, readme.block("Fence late writers", "sql"))
                        .assertOk()
                        .output())
                .isEqualTo("1\n0\n1\n1\n");
    }

    static Stream<String> java() {
        return Stream.of("README.md", "docs/library.md").flatMap(name -> Page.of(name).blocks("java").stream());
    }

    @ParameterizedTest
    @MethodSource
    void java(String code) throws IOException {
        String statements = "class Snippet { CuratorFramework client; List<ACL> acl; int port() { return 0; }\n"
                + "void run() throws Exception {\n" + code + "}}";
        Path source = Files.writeString(
                directory.resolve("Snippet.java"), IMPORTS + (code.startsWith("@") ? code : statements));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                classPath,
                                "-d",
                                directory.toString(),
                                source.toString()))
                .as("exit code of the compiler for%n%s", code)
                .isZero();
    }

    static List<Page> pages() {
        return Page.all();
    }

    /** Nothing is called a setting that is none. */
    @ParameterizedTest
    @MethodSource("pages")
    void theSettingsThatAPageNamesExist(Page page) throws IOException {
        Set<String> settings = settings();

        assertThat(SETTING.matcher(page.text()).results().map(MatchResult::group))
                .allMatch(name -> settings.contains(name.replaceAll("\\[0]\\..*", ""))
                        || settings.stream().anyMatch(setting -> setting.startsWith(name + "."))
                        || SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1)));
    }

    private static Set<String> settings() throws IOException {
        try (InputStream in =
                MasterLatchApplication.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            Set<String> names = new TreeSet<>();
            for (JsonNode setting : new JsonMapper().readTree(in).path("properties")) {
                names.add(setting.path("name").asString());
            }
            return names;
        }
    }

    private Program.Result shell(String code) {
        return Program.installed("sh", "dash").run(directory, Map.of(), "", "-c", code);
    }
}
