package io.masterlatch.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of the kit. */
final class Kit {

    static final Path DIRECTORY = Path.of(System.getProperty("basedir", ""), "deploy");

    private static final JsonMapper JSON = new JsonMapper();

    private Kit() {}

    static Path file(String name) {
        return DIRECTORY.resolve(name);
    }

    static String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
