package io.masterlatch;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What is set by an argument, a system property or an environment variable, in this order, as Spring Boot would find it. For what has
 * to be known before Spring is there; what is only in a file is not known here.
 */
final class EarlySettings {

    private final String[] args;
    private final Properties properties;
    private final Map<String, String> environment;

    EarlySettings(String[] args, Properties properties, Map<String, String> environment) {
        this.args = args;
        this.properties = properties;
        this.environment = environment;
    }

    /** Returns the value of a property, named as in a file; null when it is not set here, or empty, or made up of others. */
    @Nullable
    String value(String name) {
        String value = argument("--" + name + "=");
        if (value == null) {
            value = properties.getProperty(name);
        }
        if (value == null) {
            String variable = name.replace('.', '_').toUpperCase(Locale.ROOT);
            // Boot's own form, and the one that people guess, which it accepts too.
            value = environment.getOrDefault(variable.replace("-", ""), environment.get(variable.replace('-', '_')));
        }
        return value == null || value.isBlank() || value.contains("${") ? null : value.strip();
    }

    private @Nullable String argument(String prefix) {
        for (String arg : args) {
            if (arg.startsWith(prefix)) {
                return arg.substring(prefix.length());
            }
        }
        return null;
    }
}
