package io.masterlatch.embedded;

import io.masterlatch.autoconfigure.ConnectString;
import io.masterlatch.autoconfigure.EmbeddedServer;
import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Auto-configures a ZooKeeper server in this process, for a trial on one machine. */
@AutoConfiguration(before = MasterLatchAutoConfiguration.class)
@ConditionalOnProperty("masterlatch.zookeeper.embedded.enabled")
@EnableConfigurationProperties(EmbeddedProperties.class)
public final class EmbeddedAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedAutoConfiguration.class);

    @Bean
    @Conditional(WithoutEnsemble.class)
    EmbeddedZooKeeper embeddedZooKeeper(EmbeddedProperties properties, Environment environment) {
        String bundle = environment.getProperty("masterlatch.zookeeper.ssl.bundle");
        if (StringUtils.hasText(bundle)) {
            throw new FailureAnalyzedException(
                    "masterlatch.zookeeper.ssl.bundle is \"%s\", and the embedded ZooKeeper does not speak TLS."
                            .formatted(bundle),
                    "Name an ensemble that does with masterlatch.zookeeper.connect-string, or leave out"
                            + " masterlatch.zookeeper.ssl.bundle.");
        }
        try {
            return EmbeddedZooKeeper.start(properties.port(), properties.dataDirectory());
        } catch (EmbeddedZooKeeperException ex) {
            throw new FailureAnalyzedException(ex.getMessage() + ".", ex.remedy(), ex);
        }
    }

    @Bean
    @Conditional(WithoutEnsemble.class)
    EmbeddedServer embeddedServer(EmbeddedZooKeeper zooKeeper) {
        return new EmbeddedServer(new ConnectString(zooKeeper.connectString(), ""));
    }

    /** Matches when no ensemble is named. */
    static class WithoutEnsemble implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            boolean named =
                    StringUtils.hasText(context.getEnvironment().getProperty("masterlatch.zookeeper.connect-string"));
            if (named) {
                logger.debug("masterlatch.zookeeper.connect-string wins over masterlatch.zookeeper.embedded.enabled");
            }
            return !named;
        }
    }
}
