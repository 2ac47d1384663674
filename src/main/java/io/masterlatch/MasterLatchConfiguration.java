package io.masterlatch;

import io.masterlatch.actuate.CandidacyArguments;
import io.masterlatch.actuate.CandidacyEndpoint;
import io.masterlatch.actuate.MasterHealthIndicator;
import io.masterlatch.actuate.MasterMetrics;
import io.masterlatch.actuate.MeteredMasterNode;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.MasterNode;
import io.masterlatch.latch.MastershipHistory;
import io.masterlatch.web.WatchLimits;
import io.masterlatch.zookeeper.Access;
import io.masterlatch.zookeeper.CuratorMasterNode;
import io.masterlatch.zookeeper.Ensemble;
import io.masterlatch.zookeeper.RecordedSession;
import io.masterlatch.zookeeper.SessionFileException;
import io.masterlatch.zookeeper.SessionKeeper;
import io.masterlatch.zookeeper.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Puts the service together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WatchProperties.class)
class MasterLatchConfiguration {

    private static final int RETRY_MILLIS = 500;
    private static final int HISTORY_LENGTH = 100;

    @Bean
    Transport transport(ZooKeeperProperties properties, SslBundles bundles) {
        return ZooKeeperTls.transport(properties.ssl(), bundles);
    }

    @Bean
    @Conditional(ZooKeeperConfiguration.OnTls.class)
    ZooKeeperTls zooKeeperTls(ZooKeeperProperties properties, SslBundles bundles) {
        return ZooKeeperTls.open(properties.ssl(), bundles);
    }

    @Bean
    SessionKeeper sessionKeeper(MasterProperties master, Ensemble ensemble, Transport transport) {
        if (master.sessionFile() == null) {
            return SessionKeeper.NONE;
        }
        try {
            return RecordedSession.open(Path.of(master.sessionFile()), ensemble.hosts(), transport);
        } catch (SessionFileException ex) {
            throw new FailureAnalyzedException(ex.getMessage() + ".", ex.remedy(), ex);
        }
    }

    @Bean
    MasterNode masterNode(
            MasterProperties master,
            ZooKeeperProperties zooKeeper,
            Ensemble ensemble,
            SessionKeeper keeper,
            Transport transport,
            ObjectProvider<ZooKeeperTls> tls,
            MeterRegistry registry) {
        CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                .connectString(ensemble.hosts())
                .sessionTimeoutMs(Math.toIntExact(zooKeeper.sessionTimeout().toMillis()))
                .connectionTimeoutMs(
                        Math.toIntExact(zooKeeper.connectionTimeout().toMillis()))
                .retryPolicy(new RetryForever(RETRY_MILLIS))
                // What is configured stays in force: servers often know themselves by addresses that clients cannot
                // reach.
                .ensembleTracker(false);
        tls.ifAvailable(secure -> clients.zkClientConfig(secure.clientConfig()));
        byte[] digest = zooKeeper.auth().digest();
        if (digest != null) {
            clients.authorization("digest", digest);
        }
        if (digest != null || Access.hasSaslLogin()) {
            clients.aclProvider(Access.CREATOR);
        }
        return new MeteredMasterNode(
                new CuratorMasterNode(clients, ensemble.chroot() + master.path(), keeper, transport), registry);
    }

    // Started and stopped by the lifecycle adapter alone: destroyed as a bean it would be closed after the web server.
    @Bean(destroyMethod = "")
    MasterLatch masterLatch(MasterNode node, MasterProperties master, Environment environment) {
        return new MasterLatch(node, new AdvertisedAddress(master, environment), master.stand());
    }

    @Bean
    MasterLatchLifecycle masterLatchLifecycle(MasterLatch latch, ApplicationEventPublisher events) {
        latch.addChangeListener(events::publishEvent);
        return new MasterLatchLifecycle(latch);
    }

    @Bean
    WatchLimits watchLimits(WatchProperties watch) {
        return new WatchLimits(watch.limit(), watch.heartbeat());
    }

    @Bean
    MasterHealthIndicator masterHealthIndicator(MasterLatch latch, Ensemble ensemble) {
        return new MasterHealthIndicator(latch, ensemble.toString());
    }

    @Bean
    MastershipHistory mastershipHistory(MasterLatch latch) {
        MastershipHistory history = new MastershipHistory(Clock.systemUTC(), HISTORY_LENGTH);
        latch.addChangeListener(history);
        return history;
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    CandidacyEndpoint candidacyEndpoint(MasterLatch latch) {
        return new CandidacyEndpoint(latch);
    }

    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = CandidacyEndpoint.class)
    CandidacyArguments candidacyArguments() {
        return new CandidacyArguments();
    }

    @Bean
    MasterMetrics masterMetrics(MasterLatch latch, Ensemble ensemble) {
        return new MasterMetrics(latch, ensemble.embedded());
    }
}
