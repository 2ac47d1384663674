package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.FileSystemResource;

/**
 * Every setting is described where people look for it: in the metadata, by which editors complete it, and in
 * application.yml.
 */
class SettingsDocumentationTests {

    private static final Path FILE = Path.of("application.yml");

    @SuppressWarnings("unchecked")
    static Stream<Map<String, Object>> settings() throws IOException {
        try (InputStream in =
                MasterLatchApplication.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            assertThat(in).as("generated metadata").isNotNull();
            Map<String, Object> json =
                    JsonParserFactory.getJsonParser().parseMap(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return ((List<Map<String, Object>>) json.get("properties"))
                    .stream().filter(setting -> !setting.get("name").toString().startsWith("management.endpoint."));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theMetadataDescribesIt(Map<String, Object> setting) {
        assertThat(setting.get("name")).asString().startsWith("masterlatch.");
        assertThat(setting.get("description")).as("%s", setting).asString().isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theFileShowsIt(Map<String, Object> setting) throws IOException {
        String name = setting.get("name").toString();
        String key = name.substring(name.lastIndexOf('.') + 1);
        assertThat(Files.readString(FILE)).containsPattern("(?m)^ +(# *)?(- )?" + key + ":");
    }

    @Test
    void theFileStartsATrialOnOneMachineAndSetsNothingElse() throws IOException {
        assertThat(new YamlPropertySourceLoader().load("file", new FileSystemResource(FILE)))
                .singleElement()
                .isInstanceOfSatisfying(
                        EnumerablePropertySource.class,
                        source -> assertThat(Stream.of(source.getPropertyNames())
                                        .filter(name -> !String.valueOf(source.getProperty(name))
                                                .isEmpty()))
                                .containsExactlyInAnyOrder(
                                        "masterlatch.zookeeper.embedded.enabled",
                                        "masterlatch.zookeeper.embedded.data-directory"));
    }

    /** The lines with a # in front show the defaults: with them all in force the service starts the same trial. */
    @Test
    void theFileIsYamlAlsoWithoutItsNumberSigns(@TempDir Path directory) throws IOException {
        String all = Files.readString(FILE)
                .replaceAll("(?m)^( *)# ((?:[a-z][a-z.-]*|- url|- run):( .*)?)$", "$1$2")
                .replaceAll(
                        "(?m)^( *)#   ((?:authorization|timeout|username|password|bundle|org\\.[a-z.]+|- url|- run): .*)$",
                        "$1  $2")
                .replaceAll("(?m)^( *)#     ((?:authorization|timeout): .*)$", "$1    $2");
        Path file = Files.writeString(directory.resolve("application.yml"), all);

        assertThat(new YamlPropertySourceLoader().load("file", new FileSystemResource(file)))
                .singleElement()
                .isInstanceOfSatisfying(
                        EnumerablePropertySource.class,
                        source -> assertThat(source.getPropertyNames())
                                .contains(
                                        "masterlatch.zookeeper.ssl.bundle",
                                        "masterlatch.notify.webhooks[0].timeout",
                                        "masterlatch.notify.commands[0].run[0]",
                                        "masterlatch.health-gate.recovery"));
    }
}
