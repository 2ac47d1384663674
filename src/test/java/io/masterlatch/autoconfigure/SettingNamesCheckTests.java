package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class SettingNamesCheckTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SettingNamesAutoConfiguration.class));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "masterlatch.path",
                "masterlatch.zookeeper.connect-string",
                "masterlatch.zookeeper.connectString",
                "masterlatch.zookeeper.auth.password",
                "masterlatch.zookeeper.embedded.data-directory",
                "masterlatch.subscribers.limit",
                "masterlatch.health-gate.url",
                "masterlatch.notify.webhooks[0].url",
                "masterlatch.notify.webhooks[12].authorization",
                "masterlatch.notify.commands[0].run[3]",
                "masterlatch.notify.commands[0].run"
            })
    void settingsOfAllFeaturesAreKnown(String name) {
        runner.withPropertyValues(name + "=x")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({
        "masterlatch.ptah, masterlatch.path",
        "masterlatch.zookeeper.session-timout, masterlatch.zookeeper.session-timeout",
        "masterlatch.zookeeper.auth.passwrod, masterlatch.zookeeper.auth.password",
        "masterlatch.notify.webhooks[0].ulr, masterlatch.notify.webhooks[].url",
        "masterlatch.health-gate.graze, masterlatch.health-gate.grace"
    })
    void anUnknownNameIsRefusedWithTheNearestOne(String name, String nearest) {
        runner.withPropertyValues(name + "=hush").run(context -> assertRefused(context, name, nearest));
    }

    @Test
    void allUnknownNamesAreNamedAtOnce() {
        runner.withPropertyValues("masterlatch.one=1", "masterlatch.two=2")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContainingAll(
                                "There is no setting masterlatch.one", "There is no setting masterlatch.two"));
    }

    @Test
    void otherNamespacesAreNotLookedAt() {
        runner.withPropertyValues("masterlatches.path=1", "master.path=1", "notify.webhooks=1")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MASTERLATCH_PATH",
                "MASTERLATCH_ZOOKEEPER_CONNECTSTRING",
                "MASTERLATCH_ZOOKEEPER_CONNECT_STRING",
                "masterlatch_zookeeper_connectstring",
                "MASTERLATCH_ZOOKEEPER_EMBEDDED_PORT",
                "MASTERLATCH_HEALTHGATE_URL",
                "MASTERLATCH_NOTIFY_WEBHOOKS_0_URL",
                "MASTERLATCH_NOTIFY_COMMANDS_0_RUN_1"
            })
    void bothSpellingsOfAVariableAreKnown(String name) {
        withVariables(Map.of(name, "1")).run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({
        "MASTERLATCH_PTAH, masterlatch.path",
        "MASTERLATCH_ZOOKEEPER_CONNECTSTRNG, masterlatch.zookeeper.connect-string",
        "MASTERLATCH_ZOOKEEPER_AUTH_PASWORD, masterlatch.zookeeper.auth.password",
        "MASTERLATCH_PARTY, masterlatch.path"
    })
    void anUnknownVariableIsRefused(String name, String nearest) {
        withVariables(Map.of(name, "hush")).run(context -> assertRefused(context, name, ""));
    }

    @Test
    void variablesOfAServiceInKubernetesPass() {
        withVariables(Map.of(
                        "MASTERLATCH_PORT", "tcp://10.96.0.7:8080",
                        "MASTERLATCH_SERVICE_HOST", "10.96.0.7",
                        "MASTERLATCH_SERVICE_PORT", "8080",
                        "MASTERLATCH_SERVICE_PORT_HTTP", "8080",
                        "MASTERLATCH_PORT_8080_TCP", "tcp://10.96.0.7:8080",
                        "MASTERLATCH_PORT_8080_TCP_PROTO", "tcp",
                        "MASTERLATCH_PORT_8080_TCP_PORT", "8080",
                        "MASTERLATCH_PORT_8080_TCP_ADDR", "10.96.0.7",
                        "MASTERLATCH_HEADLESS_PORT", "udp://10.96.0.8:53",
                        "MASTERLATCH_HEADLESS_SERVICE_HOST", "10.96.0.8"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void variablesThatOnlyLookLikeAServiceDoNot() {
        withVariables(Map.of("MASTERLATCH_PORT", "8080"))
                .run(context -> assertRefused(context, "MASTERLATCH_PORT", ""));
        withVariables(Map.of("MASTERLATCH_SERVICE_HOST", "10.96.0.7"))
                .run(context -> assertRefused(context, "MASTERLATCH_SERVICE_HOST", ""));
    }

    @Test
    void aSystemPropertyCounts() {
        runner.withSystemProperties("masterlatch.ptah=/m")
                .run(context -> assertRefused(context, "masterlatch.ptah", "path"));
    }

    @Test
    void aConfigurationTreeCounts(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("masterlatch.zookeeper.auth.pasword"), "hush");

        with(new ConfigTreePropertySource("tree", directory))
                .run(context -> assertRefused(context, "masterlatch.zookeeper.auth.pasword", "auth.password"));
    }

    @Test
    void theFileAndLineAreNamed() throws IOException {
        PropertySource<?> yaml = new YamlPropertySourceLoader()
                .load("file", new ByteArrayResource("masterlatch:\n  ptah: /m\n".getBytes(), "application.yml"))
                .get(0);

        with(yaml).run(context -> assertThat(context).getFailure().hasMessageContaining("application.yml] - 2:9"));
    }

    @Test
    void aGroupMayBeWrittenWithoutAnySetting() throws IOException {
        PropertySource<?> yaml = new YamlPropertySourceLoader()
                .load("file", new ByteArrayResource("masterlatch:\n  zookeeper:\n    auth:\n".getBytes()))
                .get(0);

        with(yaml).run(context -> assertThat(context).hasNotFailed());
        runner.withPropertyValues("masterlatch.zookeeper=zk1:2181")
                .run(context -> assertRefused(context, "masterlatch.zookeeper", ""));
    }

    @Test
    void aControlCharacterIsShownEscapedAndThatOfAPasswordNotAtAll() {
        runner.withPropertyValues("masterlatch.address=a\u001b[31m:1")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContainingAll(
                                "masterlatch.address", "has a control character in its value: \"a\\u001b[31m:1\""));
        withVariables(Map.of("MASTERLATCH_ZOOKEEPER_AUTH_PASSWORD", "hu\u0007sh"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining(
                                "MASTERLATCH_ZOOKEEPER_AUTH_PASSWORD (environment variable) has a control character")
                        .hasMessageNotContaining("sh."));
    }

    @Test
    void aNewLineAtTheEndAndInAProgramsArgumentsPasses() {
        runner.withPropertyValues("masterlatch.notify.commands[0].run[2]=echo a\necho b")
                .run(context -> assertThat(context).hasNotFailed());
        withVariables(Map.of("MASTERLATCH_ZOOKEEPER_AUTH_PASSWORD", "secret\n"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    private ApplicationContextRunner withVariables(Map<String, Object> variables) {
        return with(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
    }

    private ApplicationContextRunner with(PropertySource<?> source) {
        return runner.withInitializer(
                context -> context.getEnvironment().getPropertySources().addFirst(source));
    }

    private static void assertRefused(AssertableApplicationContext context, String name, String nearest) {
        assertThat(context)
                .getFailure()
                .isInstanceOfSatisfying(
                        FailureAnalyzedException.class,
                        ex -> assertThat(ex.getMessage())
                                .contains("There is no setting " + name + " (", nearest)
                                .doesNotContain("hush"));
    }
}
