package io.masterlatch.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of the kit. */
final class Kit {

    static final Path DIRECTORY = Path.of(System.getProperty("basedir", ""), "deploy");

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern PROJECT_URL = Pattern.compile("(?m)^  <url>(.*)</url>$");

    private Kit() {}

    static Path file(String name) {
        return DIRECTORY.resolve(name);
    }

    static String text(String name) {
        return read(file(name));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The guide for operators, docs/operating.md. */
    static String guide() {
        return read(DIRECTORY.resolveSibling("docs").resolve("operating.md"));
    }

    /** The anchors of the guide's headings, as a page of Markdown gets them. */
    static List<String> anchors() {
        return HEADING.matcher(guide())
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** The address of the project, which pom.xml names. */
    static String projectUrl() {
        Matcher url = PROJECT_URL.matcher(read(DIRECTORY.resolveSibling("pom.xml")));
        return url.results().findFirst().orElseThrow().group(1);
    }

    static JsonNode json(String name) {
        return JSON.readTree(text(name));
    }

    /** The documents of a YAML file. */
    static List<JsonNode> documents(String name) {
        return StreamSupport.stream(new Yaml().loadAll(text(name)).spliterator(), false)
                .map(JSON::<JsonNode>valueToTree)
                .toList();
    }

    static JsonNode yaml(String name) {
        return documents(name).get(0);
    }

    /** All objects that the manifests describe. */
    static List<JsonNode> manifests() {
        return yaml("kubernetes/kustomization.yaml")
                .path("resources")
                .valueStream()
                .flatMap(resource -> documents("kubernetes/" + resource.asString()).stream())
                .toList();
    }

    static JsonNode manifest(String kind, String name) {
        return manifests().stream()
                .filter(object -> object.path("kind").asString().equals(kind))
                .filter(object -> object.at("/metadata/name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
    }

    /** The instructions of the Dockerfile, each on one line. */
    static Stream<String> dockerfile() {
        return text("docker/Dockerfile")
                .replaceAll("(?m)^#.*\n", "")
                .replaceAll("\\\\\n\\s*", "")
                .lines()
                .filter(line -> !line.isBlank());
    }
}
