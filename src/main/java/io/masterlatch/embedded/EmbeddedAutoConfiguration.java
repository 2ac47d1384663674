package io.masterlatch.embedded;

import io.masterlatch.autoconfigure.ConnectString;
import io.masterlatch.autoconfigure.EmbeddedServer;
import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.autoconfigure.MisconfigurationException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** Auto-configures a ZooKeeper server in this process, for a trial on one machine. */
@AutoConfiguration(before = MasterLatchAutoConfiguration.class)
@ConditionalOnProperty("masterlatch.zookeeper.embedded.enabled")
@EnableConfigurationProperties(EmbeddedProperties.class)
public final class EmbeddedAutoConfiguration {

    /** A class of each artifact that ZooKeeper's server needs and does not declare, and its client does not need. */
    private static final Map<String, String> NEEDED = Map.of(
            "io.dropwizard.metrics:metrics-core", "com.codahale.metrics.Reservoir",
            "org.xerial.snappy:snappy-java", "org.xerial.snappy.SnappyInputStream");

    // Lazy, so that no server starts where masterlatch.mode is set too, which ends the start.
    @Bean
    @Lazy
    @Conditional(WithoutEnsemble.class)
    EmbeddedZooKeeper masterLatchEmbeddedZooKeeper(EmbeddedProperties properties, ApplicationContext context) {
        refuseTls(context.getEnvironment());
        refuseMissingArtifacts(context.getClassLoader());
        return EmbeddedZooKeeper.start(properties.port(), properties.dataDirectory());
    }

    @Bean
    @Lazy
    @Conditional(WithoutEnsemble.class)
    EmbeddedServer masterLatchEmbeddedServer(EmbeddedZooKeeper zooKeeper) {
        return new EmbeddedServer(new ConnectString(zooKeeper.connectString(), ""));
    }

    private static void refuseTls(Environment environment) {
        String bundle = environment.getProperty("masterlatch.zookeeper.ssl.bundle");
        if (StringUtils.hasText(bundle)) {
            throw new MisconfigurationException(
                    "masterlatch.zookeeper.ssl.bundle is \"%s\", and the embedded ZooKeeper does not speak TLS."
                            .formatted(bundle),
                    "Name an ensemble that does with masterlatch.zookeeper.connect-string, or leave out"
                            + " masterlatch.zookeeper.ssl.bundle.");
        }
    }

    private static void refuseMissingArtifacts(@Nullable ClassLoader loader) {
        Map<String, String> missing = new TreeMap<>(NEEDED);
        missing.values().removeIf(name -> ClassUtils.isPresent(name, loader));
        if (!missing.isEmpty()) {
            String artifacts = String.join(" and ", missing.keySet());
            throw new MisconfigurationException(
                    ("masterlatch.zookeeper.embedded.enabled is true, and the embedded"
                                    + " ZooKeeper needs %s, which the class"
                                    + " path does not have.")
                            .formatted(artifacts),
                    ("Add %s to the application's dependencies, or name an ensemble with"
                                    + " masterlatch.zookeeper.connect-string=host:port,host:port.")
                            .formatted(artifacts));
        }
    }

    /** Matches when no ensemble is named. */
    static class WithoutEnsemble extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            boolean named =
                    StringUtils.hasText(context.getEnvironment().getProperty("masterlatch.zookeeper.connect-string"));
            return new ConditionOutcome(
                    !named, "masterlatch.zookeeper.connect-string is " + (named ? "" : "not ") + "set");
        }
    }
}
