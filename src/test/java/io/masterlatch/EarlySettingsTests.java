package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class EarlySettingsTests {

    private static final String NAME = "master.session-file";

    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("/arg", "/property", "/boot", "/guessed"),
                Arguments.of(null, "/property", "/boot", "/guessed"),
                Arguments.of(null, null, "/boot", null),
                Arguments.of(null, null, null, "/guessed"),
                Arguments.of(null, null, null, null));
    }

    /** Otherwise one file would be released and another used. */
    @ParameterizedTest
    @MethodSource("settings")
    void areWhatSpringBootFindsToo(String argument, String property, String boot, String guessed) {
        String[] args =
                argument == null ? new String[0] : new String[] {"--server.port=1", "--" + NAME + "=" + argument};
        Properties properties = new Properties();
        if (property != null) {
            properties.setProperty(NAME, property);
        }
        Map<String, String> environment = new HashMap<>();
        environment.computeIfAbsent("MASTER_SESSIONFILE", name -> boot);
        environment.computeIfAbsent("MASTER_SESSION_FILE", name -> guessed);

        assertThat(new EarlySettings(args, properties, environment).value(NAME))
                .isEqualTo(springs(args, properties, environment));
    }

    private static String springs(String[] args, Properties properties, Map<String, String> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        Map<String, Object> system = new HashMap<>();
        properties.forEach((name, value) -> system.put((String) name, value));
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
                        new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, system));
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.copyOf(variables)));
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        return Binder.get(environment).bind(NAME, String.class).orElse(null);
    }

    @Test
    void anEmptyOneIsNone() {
        assertThat(settings("--" + NAME + "=").value(NAME)).isNull();
    }

    @Test
    void oneMadeUpOfOthersIsForSpring() {
        assertThat(settings("--" + NAME + "=${user.home}/session").value(NAME)).isNull();
    }

    private static EarlySettings settings(String... args) {
        return new EarlySettings(args, new Properties(), Map.of("MASTER_SESSION_FILE", "/elsewhere"));
    }
}
