package io.masterlatch.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|(\\S+))");

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
        return project("url");
    }

    /** The version of the project, which pom.xml names. */
    static String projectVersion() {
        return project("version");
    }

    /** What an element of pom.xml that belongs to the project itself says. */
    static String project(String element) {
        return Pattern.compile("(?m)^  <" + element + ">(.*)</" + element + ">$")
                .matcher(read(DIRECTORY.resolveSibling("pom.xml")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    static JsonNode json(String name) {
        return JSON.readTree(text(name));
    }

    /** The documents of a YAML file. */
    static List<JsonNode> documents(String name) {
        return parse(text(name));
    }

    /** The documents of a YAML text. */
    static List<JsonNode> parse(String yaml) {
        return StreamSupport.stream(new Yaml().loadAll(yaml).spliterator(), false)
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

    /** The command of an instruction of the Dockerfile that is written as a list. */
    static List<String> execForm(String instruction) {
        String found = dockerfile()
                .filter(line -> line.matches(instruction + "\\[.*"))
                .findFirst()
                .orElseThrow();
        return JSON.readTree(found.replaceFirst(instruction, ""))
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    /** The variables that the image sets. */
    static Map<String, String> imageEnvironment() {
        Map<String, String> environment = new LinkedHashMap<>();
        dockerfile()
                .filter(line -> line.startsWith("ENV "))
                .flatMap(line -> VARIABLE.matcher(line).results())
                .forEach(variable -> environment.put(
                        variable.group(1), variable.group(2) == null ? variable.group(3) : variable.group(2)));
        return environment;
    }

    /** The values of a setting of the systemd unit. */
    static List<String> unit(String setting) {
        return text("systemd/masterlatch.service")
                .lines()
                .filter(line -> line.startsWith(setting + "="))
                .map(line -> line.substring(setting.length() + 1))
                .toList();
    }

    /** The variables that the unit sets, with this directory for its credentials. */
    static Map<String, String> unitEnvironment(Path credentials) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : unit("Environment")) {
            String[] pair = variable.replaceAll("^\"|\"$", "")
                    .replace("%d", credentials.toString())
                    .split("=", 2);
            environment.put(pair[0], pair[1]);
        }
        return environment;
    }
}
