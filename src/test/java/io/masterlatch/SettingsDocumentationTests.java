package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/** Every setting is described where people look for it. */
class SettingsDocumentationTests {

    private static final Path FILE = Path.of("application.yml");

    static Stream<String> settings() {
        return Stream.of(
                        settings("master", MasterProperties.class),
                        settings("zookeeper", ZooKeeperProperties.class),
                        settings("watch", WatchProperties.class),
                        settings("application.health", ApplicationHealthProperties.class),
                        settings("notify.webhooks", NotifyProperties.Webhook.class),
                        settings("notify.commands", NotifyProperties.Command.class))
                .flatMap(names -> names);
    }

    /** Of the elements of a list the metadata knows nothing. */
    static Stream<String> settingsWithMetadata() {
        return Stream.concat(
                settings().filter(name -> !name.startsWith("notify.")), settings("notify", NotifyProperties.class));
    }

    private static Stream<String> settings(String prefix, Class<?> type) {
        return !type.isRecord()
                ? Stream.of(prefix)
                : Stream.of(type.getRecordComponents())
                        .flatMap(component -> settings(
                                prefix + "." + DataObjectPropertyName.toDashedForm(component.getName()),
                                component.getType()));
    }

    @ParameterizedTest
    @MethodSource("settingsWithMetadata")
    void theMetadataDescribesIt(String name) throws IOException {
        assertThat(metadata().get(name)).as("description of %s", name).isNotBlank();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> metadata() throws IOException {
        try (InputStream in =
                MasterProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            assertThat(in).as("generated metadata").isNotNull();
            Map<String, Object> json =
                    JsonParserFactory.getJsonParser().parseMap(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return ((List<Map<String, Object>>) json.get("properties"))
                    .stream()
                            .collect(Collectors.toMap(
                                    property -> (String) property.get("name"),
                                    property -> String.valueOf(property.getOrDefault("description", ""))));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theFileShowsIt(String name) throws IOException {
        String key = name.substring(name.lastIndexOf('.') + 1);
        assertThat(Files.readString(FILE)).containsPattern("(?m)^ +(# *)?(- )?" + key + ": \\S");
    }

    @Test
    void theFileStartsATrialOnOneMachine() throws IOException {
        List<PropertySource<?>> sources =
                new YamlPropertySourceLoader().load("application.yml", new FileSystemResource(FILE));

        new ApplicationContextRunner()
                .withInitializer(
                        context -> sources.forEach(context.getEnvironment().getPropertySources()::addLast))
                .withUserConfiguration(Settings.class)
                .run(context -> {
                    ZooKeeperProperties properties = context.getBean(ZooKeeperProperties.class);
                    assertThat(properties.asksForEmbedded()).isTrue();
                    assertThat(properties.embedded())
                            .isEqualTo(new ZooKeeperProperties.Embedded(true, 2181, Path.of("target/zookeeper")));
                    assertThat(context.getBean(MasterProperties.class))
                            .isEqualTo(new MasterProperties("/master", null, true, Duration.ofSeconds(3)));
                    assertThat(context.getBean(ApplicationHealthProperties.class)
                                    .url())
                            .isNull();
                    assertThat(context.getBean(NotifyProperties.class))
                            .isEqualTo(new NotifyProperties(List.of(), List.of()));
                });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({
        MasterProperties.class,
        ZooKeeperProperties.class,
        ApplicationHealthProperties.class,
        NotifyProperties.class
    })
    static class Settings {}
}
