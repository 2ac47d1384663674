package io.masterlatch;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationErrors;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.util.ClassUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * Says what is wrong with a setting in the words of whoever set it: its name as written in a file, its value as
 * written, where it was written, and what is allowed. Spring Boot's own analyzers, which this one precedes, name Java
 * fields, types and exceptions.
 */
class SettingFailureAnalyzer extends AbstractFailureAnalyzer<BindException> implements Ordered {

    private static final String HIDDEN = "******";

    private static final Map<Class<?>, String> ALLOWED = Map.of(
            Duration.class, "must be a duration such as 1500ms or 10s",
            Boolean.class, "must be true or false",
            Integer.class, "must be a whole number",
            InetAddress.class, "must be an address, or a name that has one");

    private static final ConfigurationPropertyName SECRETS = ConfigurationPropertyName.of("zookeeper.auth");

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        BindValidationException invalid = findCause(cause, BindValidationException.class);
        if (invalid != null) {
            return invalid(invalid.getValidationErrors(), cause);
        }
        UnboundConfigurationPropertiesException unknown =
                findCause(cause, UnboundConfigurationPropertiesException.class);
        if (unknown != null) {
            return unknown(unknown, cause);
        }
        ConversionFailedException unreadable = findCause(cause, ConversionFailedException.class);
        if (unreadable != null && cause.getProperty() != null) {
            return unreadable(unreadable, cause.getProperty(), cause);
        }
        if (findCause(cause, ConverterNotFoundException.class) != null && cause.getProperty() != null) {
            return list(cause.getProperty(), cause);
        }
        return null;
    }

    private static @Nullable FailureAnalysis invalid(ValidationErrors errors, BindException cause) {
        // Sorted, since the errors come in any order.
        Map<String, String> descriptions = new TreeMap<>();
        for (ObjectError objectError : errors) {
            if (!(objectError instanceof FieldError error)) {
                return null;
            }
            ConfigurationPropertyName name = errors.getName().append(dashed(error.getField()));
            ConfigurationProperty written = errors.getBoundProperties().stream()
                    .filter(property -> property.getName().equals(name))
                    .findFirst()
                    .orElse(null);
            descriptions.put(
                    name.toString(),
                    written != null
                            ? wrong(written, error.getDefaultMessage())
                            : error.getRejectedValue() == null
                                    ? "%s is not set. It %s.".formatted(name, error.getDefaultMessage())
                                    : "%s is \"%s\". It %s."
                                            .formatted(
                                                    name,
                                                    shown(name, error.getRejectedValue()),
                                                    error.getDefaultMessage()));
        }
        return descriptions.isEmpty() ? null : analysis(descriptions.values(), correct(descriptions.keySet()), cause);
    }

    private static FailureAnalysis unknown(UnboundConfigurationPropertiesException unknown, BindException cause) {
        List<String> descriptions = unknown.getUnboundProperties().stream()
                .map(property -> "There is no setting %s, which is \"%s\"%s."
                        .formatted(
                                property.getName(), shown(property.getName(), property.getValue()), origin(property)))
                .toList();
        String known =
                names(cause.getName().toString(), cause.getTarget().getType()).collect(Collectors.joining(", "));
        return analysis(descriptions, "Correct its name or remove it. There are: " + known + ".", cause);
    }

    private static @Nullable FailureAnalysis unreadable(
            ConversionFailedException unreadable, ConfigurationProperty property, BindException cause) {
        Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(
                unreadable.getTargetType().getType());
        String allowed = type.isEnum()
                ? "must be one of "
                        + Stream.of(type.getEnumConstants())
                                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                : ALLOWED.get(type);
        return allowed == null
                ? null
                : analysis(
                        List.of(wrong(property, allowed)),
                        correct(List.of(property.getName().toString())),
                        cause);
    }

    /** One value where there are to be several with settings of their own. */
    private static FailureAnalysis list(ConfigurationProperty property, BindException cause) {
        String prefix = cause.getName().toString();
        String known = names(prefix, cause.getTarget().getType()).collect(Collectors.joining(", "));
        return analysis(
                List.of(wrong(property, "must be a list with these settings: " + known)),
                correct(List.of(property.getName().toString())),
                cause);
    }

    private static String wrong(ConfigurationProperty property, @Nullable String allowed) {
        return "%s is \"%s\"%s. It %s."
                .formatted(
                        property.getName(), shown(property.getName(), property.getValue()), origin(property), allowed);
    }

    /**
     * What may have been meant for a password is one. A user with a password and a query in an address may be secrets; of a webhook, all
     * of the address and what goes with it, also when its name is misspelt.
     */
    private static Object shown(ConfigurationPropertyName name, Object value) {
        String path = name.toString();
        if (SECRETS.isAncestorOf(name)) {
            return HIDDEN;
        }
        if (path.startsWith("notify.") && !path.endsWith(".timeout") && !path.contains(".run")) {
            return HIDDEN;
        }
        return path.startsWith("application.health.")
                ? value.toString().replaceAll("//[^/]*@", "//" + HIDDEN + "@").replaceAll("\\?.*", "?" + HIDDEN)
                : value;
    }

    private static String origin(ConfigurationProperty property) {
        Origin origin = property.getOrigin();
        if (origin instanceof PropertySourceOrigin source && source.getOrigin() == null) {
            return " (" + source.getPropertySource().getName() + ")";
        }
        return origin != null ? " (" + origin + ")" : "";
    }

    private static String correct(Collection<String> names) {
        return "Correct " + String.join(" and ", names) + ", or leave out what is to have its default.";
    }

    private static FailureAnalysis analysis(Collection<String> descriptions, String action, BindException cause) {
        return new FailureAnalysis(String.join(System.lineSeparator(), descriptions), action, cause);
    }

    private static Stream<String> names(String prefix, ResolvableType resolvable) {
        if (resolvable.resolve(Object.class) == List.class) {
            return names(prefix + "[0]", resolvable.getGeneric(0));
        }
        Class<?> type = resolvable.resolve(Object.class);
        return !type.isRecord()
                ? Stream.of(prefix)
                : Stream.of(type.getRecordComponents())
                        .flatMap(component -> names(
                                prefix + "." + dashed(component.getName()),
                                ResolvableType.forType(component.getGenericType())));
    }

    private static String dashed(String field) {
        return Stream.of(field.split("\\."))
                .map(DataObjectPropertyName::toDashedForm)
                .collect(Collectors.joining("."));
    }
}
