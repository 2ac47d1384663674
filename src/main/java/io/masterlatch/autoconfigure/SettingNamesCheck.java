package io.masterlatch.autoconfigure;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.function.SingletonSupplier;

/**
 * Fails the start when a name below {@code masterlatch} is not a setting, in whichever source, or a value has a control
 * character. A misspelt setting would mean its default, and so another election.
 */
record SettingNamesCheck(Environment environment) implements BeanFactoryPostProcessor {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of(SettingNames.PREFIX);
    private static final String VARIABLE = SettingNames.PREFIX + "_";
    // The variables that Kubernetes sets for a Service whose name begins with masterlatch.
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "(.+?)_(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)");
    private static final Pattern LINK = Pattern.compile("(?:tcp|udp|sctp)://.*");

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
        // The names are read only if there is one to check.
        Supplier<SettingNames> known = SingletonSupplier.of(() -> SettingNames.read(factory.getBeanClassLoader()));
        Map<String, String> problems = new TreeMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
                checkVariables(variables, known, problems);
            } else if (source instanceof IterableConfigurationPropertySource iterable) {
                checkNames(iterable, known, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new MisconfigurationException(
                    String.join(System.lineSeparator(), problems.values()),
                    "Correct what is named, or remove it: only settings of MasterLatch are allowed below "
                            + SettingNames.PREFIX + ".");
        }
    }

    private static void checkVariables(
            SystemEnvironmentPropertySource variables, Supplier<SettingNames> known, Map<String, String> problems) {
        String place = " (environment variable)";
        for (String name : variables.getPropertyNames()) {
            if (!name.regionMatches(true, 0, VARIABLE, 0, VARIABLE.length()) || isServiceLink(name, variables)) {
                continue;
            }
            if (known.get().containsVariable(name)) {
                check(name, variables.getProperty(name), place, problems);
            } else {
                problems.put(name, unknown(name, place, known.get()));
            }
        }
    }

    private static void checkNames(
            IterableConfigurationPropertySource source, Supplier<SettingNames> known, Map<String, String> problems) {
        for (ConfigurationPropertyName name : source.filter(ROOT::isAncestorOf)) {
            String text = name.toString();
            ConfigurationProperty property = source.getConfigurationProperty(name);
            Object value = property == null ? "" : property.getValue();
            String place = property == null ? "" : SettingFailureAnalyzer.origin(property);
            if (known.get().contains(text)) {
                check(text, value, place, problems);
            } else if (!(known.get().isGroup(text) && value.toString().isEmpty())) {
                problems.putIfAbsent(text, unknown(text, place, known.get()));
            }
        }
    }

    private static String unknown(String name, String place, SettingNames known) {
        return "There is no setting %s%s. The nearest is %s.".formatted(name, place, known.nearest(name));
    }

    /**
     * Refuses control characters, which come from a damaged file or variable; only a program's arguments may have them.
     */
    private static void check(String name, @Nullable Object value, String place, Map<String, String> problems) {
        String text = value == null ? "" : value.toString().stripTrailing();
        String lower = name.toLowerCase(Locale.ROOT);
        if (text.chars().anyMatch(Character::isISOControl) && !lower.matches(".*[._]run([\\[_].*)?")) {
            boolean secret = lower.matches(".*(auth|webhooks).*");
            String shown = secret ? "" : ": \"" + escaped(text) + "\"";
            problems.putIfAbsent(name, "%s%s has a control character in its value%s.".formatted(name, place, shown));
        }
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars()
                .forEach(c ->
                        escaped.append(Character.isISOControl(c) ? "\\u%04x".formatted(c) : String.valueOf((char) c)));
        return escaped.toString();
    }

    /** Whether Kubernetes set it. Then the variable with the port of the same service is an address. */
    private static boolean isServiceLink(String name, SystemEnvironmentPropertySource variables) {
        Matcher matcher = SERVICE_LINK.matcher(name);
        if (!matcher.matches()) {
            return false;
        }
        Object port = variables.getProperty(matcher.group(1) + "_PORT");
        return port != null && LINK.matcher(port.toString()).matches();
    }
}
