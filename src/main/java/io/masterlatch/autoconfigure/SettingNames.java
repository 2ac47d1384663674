package io.masterlatch.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.ClassUtils;

/** The names of all settings, of all features, as listed in the configuration metadata on the class path. */
final class SettingNames {

    static final String PREFIX = "masterlatch";

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String ELEMENT = "[]";

    private final Collection<String> names = new TreeSet<>();

    private SettingNames() {}

    /**
     * Reads the metadata.
     *
     * @throws IllegalStateException when there is none, as in a jar that was put together without it
     */
    static SettingNames read(@Nullable ClassLoader beans) {
        ClassLoader loader = beans != null ? beans : SettingNames.class.getClassLoader();
        SettingNames names = new SettingNames();
        try {
            for (URL url : Collections.list(loader.getResources(METADATA))) {
                try (var in = url.openStream()) {
                    // Without Jackson Boot uses its own parser, which cannot read a list of objects on several lines.
                    String json = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s*\\R\\s*", "");
                    if (json.contains('"' + PREFIX + '.')) {
                        names.add(JsonParserFactory.getJsonParser().parseMap(json), loader);
                    }
                }
            }
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        if (names.names.isEmpty()) {
            throw new IllegalStateException("No " + METADATA + " on the class path describes " + PREFIX);
        }
        return names;
    }

    private void add(Map<String, Object> metadata, ClassLoader loader) {
        for (Object entry : (List<?>) metadata.getOrDefault("properties", List.of())) {
            Map<?, ?> property = (Map<?, ?>) entry;
            String name = String.valueOf(property.get("name"));
            if (name.startsWith(PREFIX + ".")) {
                String type = String.valueOf(property.get("type"));
                names.add(name);
                if (type.startsWith("java.util.List<")) {
                    addElement(name + ELEMENT, type.substring(type.indexOf('<') + 1, type.length() - 1), loader);
                }
            }
        }
    }

    /** Adds the settings of a list's elements, which the metadata does not list. */
    private void addElement(String name, String type, ClassLoader loader) {
        try {
            Class<?> element = ClassUtils.forName(type, loader);
            if (!element.isRecord()) {
                names.add(name);
                return;
            }
            for (RecordComponent component : element.getRecordComponents()) {
                String nested = name + "." + DataObjectPropertyName.toDashedForm(component.getName());
                names.add(nested);
                if (component.getType() == List.class) {
                    names.add(nested + ELEMENT);
                }
            }
        } catch (ClassNotFoundException ex) {
            throw new IllegalStateException("The metadata of " + name + " names " + type + ", which is missing", ex);
        }
    }

    /** Whether there is a setting of this name, as written in a file or as an argument. */
    boolean contains(String name) {
        String uniform = uniform(name);
        return names.stream().anyMatch(known -> uniform(known).equals(uniform));
    }

    /**
     * Whether there are settings below this name, so that it may be written without a value, as in YAML with comments
     * only.
     */
    boolean isGroup(String name) {
        String uniform = uniform(name) + ".";
        return names.stream().anyMatch(known -> uniform(known).startsWith(uniform));
    }

    /**
     * Whether there is a setting that this environment variable sets: CONNECT_STRING counts as well as CONNECTSTRING.
     */
    boolean containsVariable(String variable) {
        String flat = flat(variable.replaceAll("_[0-9]+(?=_|$)", ""));
        return names.stream().anyMatch(known -> flat(known).equals(flat));
    }

    /** Returns the most similar name. */
    String nearest(String name) {
        String flat = flat(name);
        return Collections.min(names, Comparator.comparingInt(known -> distance(flat(known), flat)));
    }

    private static String uniform(String name) {
        return name.replaceAll("\\[[^]]*]", ELEMENT).replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    private static String flat(String name) {
        return uniform(name).replaceAll("[\\[\\].]", "");
    }

    /** Returns the Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
