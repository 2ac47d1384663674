package io.masterlatch.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.MasterLatchApplication;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docs/configuration.md has every setting, as the metadata describes it. */
class ConfigurationTests {

    private static final String BEGIN = "<!-- from the metadata: begin -->\n";
    private static final String END = "<!-- from the metadata: end -->\n";
    private static final Pattern RANGE = Pattern.compile(", from (\\S.*?) to (.*?)(?=\\. |\\.$|, |: )");

    private final Page page = Page.of("docs/configuration.md");

    @Test
    void theTableIsWhatTheMetadataSays() throws IOException {
        int begin = page.text().indexOf(BEGIN) + BEGIN.length();
        int end = page.text().indexOf(END);
        String renewed = page.text().substring(0, begin) + table() + page.text().substring(end);
        Path copy = Files.writeString(Page.ROOT.resolve("target/configuration.md"), renewed);

        assertThat(page.text())
                .as("The settings have changed. To renew the table: cp %s %s", Page.ROOT.relativize(copy), page)
                .isEqualTo(renewed);
    }

    /** The elements of a list are not in the metadata. */
    @ParameterizedTest
    @CsvSource({"webhooks, Webhook", "commands, Command"})
    void theTableOfElementsHasAllOfThem(String setting, String type) throws Exception {
        Class<?> record = Class.forName("io.masterlatch.sidecar.NotifyProperties$" + type);

        assertThat(record.getDeclaredConstructors()[0].getParameters())
                .isNotEmpty()
                .allSatisfy(parameter -> {
                    DefaultValue value = parameter.getAnnotation(DefaultValue.class);
                    String text = value == null || value.value().length == 0 ? "" : "`" + value.value()[0] + "` ";
                    assertThat(page.text())
                            .containsPattern("\\| `masterlatch\\.notify\\." + setting + "\\[0]\\." + parameter.getName()
                                    + "` \\| [a-z]+ \\| " + text + "\\|");
                });
    }

    @Test
    void theTableOfTheServicesDefaultsHasAllOfThem() throws IOException {
        Properties defaults = new Properties();
        try (InputStream in =
                MasterLatchApplication.class.getResourceAsStream("/io/masterlatch/service/defaults.properties")) {
            defaults.load(in);
        }

        assertThat(defaults.stringPropertyNames())
                .filteredOn(name -> !name.startsWith("logging."))
                .isNotEmpty()
                .allSatisfy(name ->
                        assertThat(page.text()).contains("| `" + name + "` | `" + defaults.getProperty(name) + "` |"));
    }

    private static String table() throws IOException {
        return Stream.concat(
                        Stream.of("| setting | type | default | allowed | meaning |", "|---|---|---|---|---|"),
                        settings().map(ConfigurationTests::row))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static Stream<JsonNode> settings() throws IOException {
        try (InputStream in =
                MasterLatchApplication.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            JsonNode metadata = new JsonMapper().readTree(in);
            return StreamSupport.stream(metadata.path("properties").spliterator(), false);
        }
    }

    private static String row(JsonNode setting) {
        String name = setting.path("name").asString();
        String type = setting.path("type").asString();
        String description = setting.path("description").asString("");
        Matcher range = RANGE.matcher(description);
        boolean ranged = range.find();
        String allowed = ranged ? range.group(1) + " to " + range.group(2) : allowed(type);
        String meaning =
                ranged ? description.substring(0, range.start()) + description.substring(range.end()) : description;
        String value = setting.path("defaultValue").asString("");
        return "| `" + name + "` | " + simple(type) + " | " + (value.isEmpty() ? "" : "`" + value + "`") + " | "
                + allowed + " | " + meaning + " |";
    }

    private static String allowed(String type) {
        return switch (type) {
            case "java.lang.Boolean" -> "`true`, `false`";
            case "io.masterlatch.autoconfigure.Mode" -> "`always`, `never`";
            case "org.springframework.boot.actuate.endpoint.Access" -> "`none`, `read_only`, `unrestricted`";
            default -> "";
        };
    }

    private static String simple(String type) {
        return switch (type) {
            case "java.lang.Boolean" -> "boolean";
            case "java.lang.Integer", "java.lang.Long" -> "number";
            case "java.lang.String" -> "text";
            case "java.time.Duration" -> "duration";
            case "java.nio.file.Path" -> "path";
            default -> type.startsWith("java.util.List") ? "list" : "word";
        };
    }
}
