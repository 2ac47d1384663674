package io.masterlatch.autoconfigure;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.Ordered;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Reports a wrong setting of this library: its name, its value, where it was made, and what is allowed. Boot's analyzer
 * reports all other settings. It names Java types and shows values that may be secret.
 */
final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {

    private static final String HIDDEN = "******";

    private final Environment environment;

    SettingFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        if (!ConfigurationPropertyName.of("masterlatch").equals(cause.getName())
                && !ConfigurationPropertyName.of("masterlatch").isAncestorOf(cause.getName())) {
            return null;
        }
        InvalidSettingException invalid = findCause(cause, InvalidSettingException.class);
        if (invalid != null) {
            ConfigurationPropertyName name = ConfigurationPropertyName.of(invalid.name());
            ConfigurationProperty written = find(name);
            return written != null
                    ? analysis(written, invalid.rule(), cause)
                    : analysis(name, invalid.value(), "", invalid.rule(), cause);
        }
        UnboundConfigurationPropertiesException leftOver =
                findCause(cause, UnboundConfigurationPropertiesException.class);
        if (leftOver != null) {
            return analysis(
                    leftOver.getUnboundProperties().iterator().next(),
                    "must not be there without all lower numbers of its list, which begins with [0]",
                    cause);
        }
        ConfigurationProperty property = cause.getProperty();
        if (property == null) {
            return null;
        }
        ConversionFailedException unreadable = findCause(cause, ConversionFailedException.class);
        if (unreadable != null) {
            return analysis(
                    property, "must be " + kind(unreadable.getTargetType().getType()), cause);
        }
        return findCause(cause, ConverterNotFoundException.class) != null
                ? analysis(property, "must not have a value of its own, only settings below it", cause)
                : null;
    }

    private @Nullable ConfigurationProperty find(ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }

    private static String kind(Class<?> type) {
        Class<?> wrapped = ClassUtils.resolvePrimitiveIfNecessary(type);
        if (wrapped.isEnum()) {
            return Stream.of(wrapped.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(" or "));
        }
        return switch (wrapped.getSimpleName()) {
            case "Duration" -> "a duration such as 1500ms or 10s";
            case "Boolean" -> "true or false";
            case "Integer" -> "a whole number";
            default -> "a value of another form";
        };
    }

    private static FailureAnalysis analysis(ConfigurationProperty property, String rule, BindException cause) {
        return analysis(property.getName(), property.getValue(), origin(property), rule, cause);
    }

    private static FailureAnalysis analysis(
            ConfigurationPropertyName name, @Nullable Object value, String origin, String rule, BindException cause) {
        boolean empty = value == null || value.toString().isEmpty();
        return new FailureAnalysis(
                empty
                        ? "%s is not set. It %s.".formatted(name, rule)
                        : "%s is \"%s\"%s. It %s.".formatted(name, shown(name, value), origin, rule),
                (empty && origin.isEmpty() ? "Set %s." : "Correct %s, or leave it out to have its default.")
                        .formatted(name),
                cause);
    }

    /** Masks what may be secret: passwords, webhooks, and the user and the query of an address. */
    private static Object shown(ConfigurationPropertyName name, Object value) {
        String path = name.toString();
        if (path.startsWith("masterlatch.zookeeper.auth.")
                || path.startsWith("masterlatch.notify.") && !path.endsWith(".timeout") && !path.contains(".run")) {
            return HIDDEN;
        }
        return value.toString().replaceAll("//[^/]*@", "//" + HIDDEN + "@").replaceAll("(//.*)\\?.*", "$1?" + HIDDEN);
    }

    /** Returns where a setting was made, in brackets after a space. */
    static String origin(ConfigurationProperty property) {
        Origin origin = property.getOrigin();
        if (origin instanceof PropertySourceOrigin source && source.getOrigin() == null) {
            return " (" + source.getPropertySource().getName() + ")";
        }
        return origin != null ? " (" + origin + ")" : "";
    }
}
