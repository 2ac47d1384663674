package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.masterlatch.embedded.ScriptedServer;
import io.masterlatch.service.ServiceApplication;
import io.masterlatch.testing.TestedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The reports of a start that fails because of a setting. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

    static Stream<Arguments> wrongSettings() {
        return Stream.of(
                wrong("masterlatch.zookeeper.connect-string", "zk1:2181,,zk2:2181", "host:port with commas between"),
                wrong("masterlatch.zookeeper.session-timeout", "soon", "a duration such as 1500ms or 10s"),
                wrong("masterlatch.zookeeper.embedded.enabled", "maybe", "true or false"),
                wrong("masterlatch.zookeeper.embedded.port", "http", "a whole number"),
                wrong("masterlatch.address", "master1", "host:port, such as master1.example.com:8080"),
                wrong("masterlatch.lease", "61s", "from 500ms to 60s in whole milliseconds"));
    }

    private static Arguments wrong(String name, String value, String allowed) {
        return Arguments.of(name, value, allowed);
    }

    @ParameterizedTest
    @MethodSource("wrongSettings")
    void aWrongSettingIsNamedWithItsValueAndWhatIsAllowed(
            String name, String value, String allowed, CapturedOutput output) {
        String other = name.endsWith(".port")
                ? "--masterlatch.zookeeper.embedded.enabled=true"
                : name.endsWith("connect-string") ? "--a=b" : "--masterlatch.zookeeper.connect-string=127.0.0.1:1";
        String[] args = {other, "--" + name + "=" + value};

        assertThatException().isThrownBy(() -> run(args));

        assertOneMessage(output.getAll());
        assertThat(output).contains(name + " is \"" + value + "\" (commandLineArgs). It must be ");
        assertThat(output).contains(allowed);
        assertThat(output).contains("Correct " + name);
    }

    @Test
    void theEmbeddedServerDoesNotSpeakTls(CapturedOutput output) {
        assertThatException()
                .isThrownBy(() ->
                        run("--masterlatch.zookeeper.embedded.enabled=true", "--masterlatch.zookeeper.ssl.bundle=zk"));

        assertOneMessage(output.getAll());
        assertThat(output)
                .contains("masterlatch.zookeeper.ssl.bundle is \"zk\"", "the embedded ZooKeeper does not speak TLS");
    }

    @Test
    void aMisspeltSettingNextToAPasswordIsNamedWithoutItsValue(CapturedOutput output) {
        assertThatException()
                .isThrownBy(() -> run(
                        "--masterlatch.zookeeper.connect-string=zk1", "--masterlatch.zookeeper.auth.passwrod=hush"));

        assertOneMessage(output.getAll());
        assertThat(output)
                .contains("There is no setting masterlatch.zookeeper.auth.passwrod")
                .doesNotContain("hush");
    }

    @Test
    void aListWithAGapIsNamedWithoutItsSecrets(CapturedOutput output) {
        assertThatException()
                .isThrownBy(() -> serve("--masterlatch.notify.webhooks[1].url=https://ops.example.com/?key=hushhush"));

        assertOneMessage(output.getAll());
        assertThat(output)
                .contains("masterlatch.notify.webhooks[1].url is \"******\" (commandLineArgs). It must not be there"
                        + " without all lower numbers of its list")
                .doesNotContain("hushhush");
    }

    @Test
    void aSettingThatIsMissingIsToBeSet(CapturedOutput output) {
        assertThatException().isThrownBy(() -> serve("--masterlatch.zookeeper.auth.username=u"));

        assertOneMessage(output.getAll());
        assertThat(output).contains("Set masterlatch.zookeeper.auth.password.");
    }

    @Test
    void theFileAndLineOfAWrongSettingAreNamed(CapturedOutput output, @TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("application.yml"),
                "masterlatch:\n  zookeeper:\n    connect-string: zk1:2181\n    session-timeout: 1ms\n");

        assertThatException()
                .isThrownBy(
                        () -> new TestedService().web(WebApplicationType.NONE).run("--spring.config.location=" + file));

        assertThat(output).contains("application.yml", "- 4:22)");
    }

    @Test
    void aMisspeltSettingIsNamedWithTheOnesThereAre(CapturedOutput output) {
        assertThatException()
                .isThrownBy(() -> run(
                        "--masterlatch.zookeeper.connect-string=zk1:2181",
                        "--masterlatch.zookeeper.session-timout=10s"));

        assertOneMessage(output.getAll());
        assertThat(output)
                .contains(
                        "There is no setting masterlatch.zookeeper.session-timout (",
                        "The nearest is masterlatch.zookeeper.session-timeout.");
    }

    @Test
    void withoutAnyZooKeeperBothRemediesAreNamed(CapturedOutput output) {
        assertThatException().isThrownBy(() -> run());

        assertOneMessage(output.getAll());
        assertThat(output)
                .contains(
                        "masterlatch.zookeeper.connect-string=host:port,host:port",
                        "masterlatch.zookeeper.embedded.enabled=true");
    }

    @Test
    void anEmbeddedPortThatIsTakenIsNamed(CapturedOutput output, @TempDir Path directory) throws Exception {
        try (ScriptedServer other = ScriptedServer.answering("HTTP/1.1 400 \r\n\r\n")) {
            assertThatException()
                    .isThrownBy(() -> run(
                            "--masterlatch.zookeeper.embedded.enabled=true",
                            "--masterlatch.zookeeper.embedded.data-directory=" + directory,
                            "--masterlatch.zookeeper.embedded.port=" + other.port()));

            assertOneMessage(output.getAll());
            assertThat(output)
                    .contains(
                            "port " + other.port() + " on 127.0.0.1 (masterlatch.zookeeper.embedded.port)",
                            "set masterlatch.zookeeper.embedded.port to another one",
                            "masterlatch.zookeeper.connect-string=");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "server.port,65536",
        "server.address,192.0.2.1",
        "management.server.port,65536",
        "management.server.address,192.0.2.1"
    })
    void aPlaceWhereAWebServerCannotListenIsNamed(String name, String value, CapturedOutput output) {
        String port = name.equals("server.port") ? "--a=b" : "--server.port=0";
        String management = name.equals("management.server.address") ? "--management.server.port=0" : "--a=b";
        assertThatException()
                .isThrownBy(() -> serve(port, management, "--" + name + "=" + value))
                .satisfies(failure ->
                        assertThat(ServiceApplication.exitCode(failure)).isEqualTo(name.endsWith(".port") ? 78 : 1));

        assertOneMessage(output.getAll());
        assertThat(output)
                .contains(name + "=" + value, "Set " + name.substring(0, name.lastIndexOf('.')) + ".port to ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.port", "management.server.port"})
    void aPortOfAWebServerThatIsTakenIsNamed(String name, CapturedOutput output) throws Exception {
        try (ScriptedServer other = ScriptedServer.silent()) {
            assertThatException()
                    .isThrownBy(() -> serve(
                            name.equals("server.port") ? "--a=b" : "--server.port=0",
                            "--" + name + "=" + other.port()));

            assertOneMessage(output.getAll());
            assertThat(output).contains(name + "=" + other.port(), "Set " + name + " to ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.ssl", "management.server.ssl", "spring.ssl.bundle.pem.web.keystore"})
    void aCertificateThatIsMissingIsNamedWithItsSetting(String prefix, CapturedOutput output) {
        assertThatException()
                .isThrownBy(() -> serve(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--" + prefix + ".certificate=/nonexistent.pem",
                        "--" + prefix + ".certificate-private-key=/nonexistent.key",
                        "--spring.ssl.bundle.pem.web.reload-on-update=true"))
                .satisfies(failure ->
                        assertThat(ServiceApplication.exitCode(failure)).isEqualTo(78));

        assertOneMessage(output.getAll());
        assertThat(output)
                .contains("The certificates of " + prefix.replace(".keystore", "") + " cannot be used: ")
                .contains("'/nonexistent.pem': there is no such file.");
    }

    private static void run(String... args) {
        new TestedService()
                .web(WebApplicationType.NONE)
                .run(with(args, "--spring.config.location=optional:file:/nowhere/"))
                .close();
    }

    private static void serve(String... args) {
        new TestedService()
                .run(with(
                        args,
                        "--spring.config.location=optional:file:/nowhere/",
                        "--masterlatch.zookeeper.connect-string=127.0.0.1:1"))
                .close();
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
    }

    private static void assertOneMessage(String output) {
        assertThat(output)
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .doesNotContain("\tat ")
                .doesNotContain("Exception");
    }
}
