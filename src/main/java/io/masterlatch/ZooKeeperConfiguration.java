package io.masterlatch;

import io.masterlatch.zookeeper.EmbeddedZooKeeper;
import io.masterlatch.zookeeper.EmbeddedZooKeeperException;
import io.masterlatch.zookeeper.Ensemble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Decides which ZooKeeper holds the election; without one the start ends. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({MasterProperties.class, ZooKeeperProperties.class})
class ZooKeeperConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(ZooKeeperConfiguration.class);

    @Bean
    @Conditional(OnEmbedded.class)
    EmbeddedZooKeeper embeddedZooKeeper(ZooKeeperProperties properties) {
        ZooKeeperProperties.Embedded embedded = properties.embedded();
        if (properties.ssl().bundle() != null) {
            throw new FailureAnalyzedException(
                    "zookeeper.ssl.bundle is \"%s\", and the embedded ZooKeeper does not speak TLS."
                            .formatted(properties.ssl().bundle()),
                    "Name an ensemble that does with zookeeper.connect-string, or leave out zookeeper.ssl.bundle.");
        }
        try {
            return EmbeddedZooKeeper.start(embedded.port(), embedded.dataDirectory());
        } catch (EmbeddedZooKeeperException ex) {
            throw new FailureAnalyzedException(ex.getMessage() + ".", ex.remedy(), ex);
        }
    }

    @Bean
    Ensemble ensemble(ZooKeeperProperties properties, ObjectProvider<EmbeddedZooKeeper> embedded) {
        if (properties.connectString() != null) {
            if (properties.embedded().enabled()) {
                logger.info("No embedded ZooKeeper: zookeeper.connect-string wins over zookeeper.embedded.enabled");
            }
            return new Ensemble(properties.connectString(), false);
        }
        EmbeddedZooKeeper running = embedded.getIfAvailable();
        if (running == null) {
            throw new FailureAnalyzedException(
                    "There is no ZooKeeper to hold the election: zookeeper.connect-string is not set, and"
                            + " zookeeper.embedded.enabled is false.",
                    "Name the ensemble with zookeeper.connect-string=host:port,host:port, or, only for a trial on one"
                            + " machine, set zookeeper.embedded.enabled=true.");
        }
        return new Ensemble(running.connectString(), true);
    }

    /** Matches when the settings name a bundle. */
    static class OnTls implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasText(context.getEnvironment().getProperty("zookeeper.ssl.bundle"));
        }
    }

    /** Matches when the settings ask for the embedded ZooKeeper. */
    static class OnEmbedded implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                    .bindOrCreate("zookeeper", ZooKeeperProperties.class)
                    .asksForEmbedded();
        }
    }
}
