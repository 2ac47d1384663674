package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The description of the HTTP contract, and what it allows. Of JSON Schema it knows the keywords that the description
 * uses, and refuses all others, so that nothing there goes unchecked.
 */
public final class OpenApi {

    /** Of several schemas that describe a value together. */
    private static final String PART = " in part";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> METHODS = Set.of("get", "head", "options", "post", "put", "patch", "delete");

    private final JsonNode root;

    private OpenApi(JsonNode root) {
        this.root = root;
    }

    /** Reads the description in the checkout. */
    public static OpenApi read() {
        try {
            String text = Files.readString(Path.of(System.getProperty("basedir", ""), "docs", "openapi.yaml"));
            return new OpenApi(JSON.valueToTree(new Yaml().<Object>load(text)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names an answer. */
    public static String answer(String path, String method, int status, MediaType type) {
        return method + " " + path + " " + status + " " + type.getType() + "/" + type.getSubtype();
    }

    /** The names of all answers that are described. */
    public Set<String> answers() {
        Set<String> answers = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    for (Map.Entry<String, JsonNode> response :
                            operation.getValue().path("responses").properties()) {
                        for (String type :
                                resolve(response.getValue()).path("content").propertyNames()) {
                            answers.add(answer(
                                    path.getKey(),
                                    operation.getKey().toUpperCase(Locale.ROOT),
                                    Integer.parseInt(response.getKey()),
                                    MediaType.valueOf(type)));
                        }
                    }
                }
            }
        }
        return answers;
    }

    /** Requires that a response is one that is described, and returns its name. */
    public String check(String path, String method, int status, HttpHeaders headers, @Nullable String body) {
        String template = template(path);
        MediaType type = headers.getContentType();
        String name = answer(template, method, status, type);
        assertThat(answers()).contains(name);
        JsonNode response = resolve(root.path("paths")
                .path(template)
                .path(method.toLowerCase(Locale.ROOT))
                .path("responses")
                .path(String.valueOf(status)));
        for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
            JsonNode described = resolve(header.getValue());
            String value = headers.getFirst(header.getKey());
            if (value != null || described.path("required").asBoolean()) {
                assertThat(value).as("%s of %s", header.getKey(), name).isNotNull();
                validate(JSON.valueToTree(value), described.path("schema"), name + " " + header.getKey());
            }
        }
        if (body != null) {
            boolean json = type.getSubtype().endsWith("json");
            JsonNode value = json ? JSON.readTree(body) : JSON.valueToTree(body);
            validate(
                    value,
                    response.path("content")
                            .path(type.getType() + "/" + type.getSubtype())
                            .path("schema"),
                    name);
        }
        return name;
    }

    /** Returns the names of the fields of a schema that is described by name. */
    public Set<String> fields(String schema) {
        JsonNode described = root.at("/components/schemas/" + schema);
        Set<String> fields = new TreeSet<>(described.path("properties").propertyNames());
        described
                .path("allOf")
                .forEach(part -> fields.addAll(resolve(part).path("properties").propertyNames()));
        return fields;
    }

    /** Requires that each operation has a tag that is described, and each body in JSON an example that is as its schema has it. */
    public void checkTagsAndExamples() {
        Set<String> tags = new TreeSet<>();
        root.path("tags").forEach(tag -> tags.add(tag.path("name").asString()));
        for (String kind : List.of("paths", "webhooks")) {
            root.path(kind)
                    .forEach(path -> path.properties().stream()
                            .filter(operation -> METHODS.contains(operation.getKey()))
                            .map(Map.Entry::getValue)
                            .forEach(operation -> {
                                String name = operation.path("operationId").asString();
                                assertThat(operation.path("tags"))
                                        .as(name)
                                        .isNotEmpty()
                                        .allSatisfy(tag -> assertThat(tags).contains(tag.asString()));
                                checkExamples(operation.path("requestBody"), name);
                                operation.path("responses").forEach(response -> checkExamples(resolve(response), name));
                            }));
        }
    }

    private void checkExamples(JsonNode body, String where) {
        for (Map.Entry<String, JsonNode> content : body.path("content").properties()) {
            if (content.getKey().endsWith("json")) {
                JsonNode example = content.getValue().path("example");
                assertThat(example.isObject()).as("example of %s", where).isTrue();
                validate(example, content.getValue().path("schema"), "example of " + where);
            }
        }
    }

    private String template(String path) {
        return root.path("paths").propertyNames().stream()
                .sorted((one, other) -> Boolean.compare(one.contains("{"), other.contains("{")))
                .filter(template -> path.matches(template.replaceAll("\\{\\w+}", "[^/]+")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + " is not described"));
    }

    private JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asString("");
        if (reference.isEmpty()) {
            return node;
        }
        JsonNode target = root.at(reference.substring(1));
        assertThat(target.isMissingNode()).as(reference).isFalse();
        return resolve(target);
    }

    /** Requires that a value is as a schema has it that is described by name. */
    public void checkSchema(String schema, String json) {
        validate(JSON.readTree(json), root.at("/components/schemas/" + schema), schema);
    }

    private void validate(JsonNode value, JsonNode schema, String where) {
        assertThat(schema.isObject()).as("schema of %s", where).isTrue();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            JsonNode wanted = keyword.getValue();
            switch (keyword.getKey()) {
                case "description" -> {}
                case "$ref" -> validate(value, resolve(schema), where);
                case "allOf" -> wanted.forEach(each -> validate(value, each, where + PART));
                case "type" -> {
                    Set<String> types = new TreeSet<>();
                    (wanted.isArray() ? wanted : JSON.createArrayNode().add(wanted))
                            .forEach(each -> types.add(each.asString()));
                    assertThat(types)
                            .as("type of %s, which is %s", where, value)
                            .contains(typeOf(value));
                }
                case "enum" -> assertThat(wanted).as(where).contains(value);
                case "const" -> assertThat(value).as(where).isEqualTo(wanted);
                case "pattern" ->
                    assertThat(value.asString())
                            .as(where)
                            .matches(Pattern.compile("(?s).*(?:" + wanted.asString() + ").*"));
                case "minLength" -> assertThat(value.asString()).as(where).hasSizeGreaterThanOrEqualTo(wanted.asInt());
                case "minimum" -> assertThat(value.asLong()).as(where).isGreaterThanOrEqualTo(wanted.asLong());
                case "maximum" -> assertThat(value.asLong()).as(where).isLessThanOrEqualTo(wanted.asLong());
                case "maxItems" -> assertThat(value.size()).as(where).isLessThanOrEqualTo(wanted.asInt());
                case "format" -> format(value, wanted.asString(), where);
                case "items" -> value.forEach(each -> validate(each, wanted, where + "[]"));
                case "required" ->
                    wanted.forEach(each -> assertThat(value.has(each.asString()))
                            .as("%s of %s", each, where)
                            .isTrue());
                case "properties" -> {
                    // Callers have to ignore what they do not know; here, every field has to be described.
                    if (!where.endsWith(PART) && !wanted.has("title")) {
                        assertThat(value.propertyNames()).as(where).isSubsetOf(wanted.propertyNames());
                    }
                    wanted.properties().stream()
                            .filter(property -> value.has(property.getKey()))
                            .forEach(property -> validate(
                                    value.path(property.getKey()),
                                    property.getValue(),
                                    where + "." + property.getKey()));
                }
                default -> throw new AssertionError("this test does not know the keyword " + keyword.getKey());
            }
        }
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case NULL -> "null";
            case ARRAY -> "array";
            case OBJECT -> "object";
            case BOOLEAN -> "boolean";
            default -> "string";
        };
    }

    private static void format(JsonNode value, String format, String where) {
        switch (format) {
            case "int64" ->
                assertThat(value.isNull() || value.canConvertToLong()).as(where).isTrue();
            case "uri" ->
                assertThat(URI.create(value.asString()).isAbsolute()).as(where).isTrue();
            case "date-time" -> {
                if (!value.isNull()) {
                    assertThat(OffsetDateTime.parse(value.asString())).as(where).isNotNull();
                }
            }
            default -> throw new AssertionError("this test does not know the format " + format);
        }
    }
}
