package io.masterlatch;

import io.masterlatch.actuate.CandidacyArguments;
import io.masterlatch.actuate.CandidacyEndpoint;
import io.masterlatch.actuate.ElectionLivenessIndicator;
import io.masterlatch.actuate.MasterHealthIndicator;
import io.masterlatch.actuate.MasterMetrics;
import io.masterlatch.actuate.MeteredMasterStore;
import io.masterlatch.curator.CuratorMasterStore;
import io.masterlatch.election.MasterStore;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.web.MastershipHistory;
import io.masterlatch.web.WatchLimits;
import io.masterlatch.zookeeper.Ensemble;
import io.masterlatch.zookeeper.TlsDiagnosis;
import io.masterlatch.zookeeper.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.client.ZKClientConfig;
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
    @Conditional(ZooKeeperConfiguration.OnTls.class)
    Transport transport(ZooKeeperProperties properties, SslBundles bundles) {
        return ZooKeeperTls.transport(properties.ssl(), bundles);
    }

    @Bean
    @Conditional(ZooKeeperConfiguration.OnTls.class)
    ZooKeeperTls zooKeeperTls(ZooKeeperProperties properties, SslBundles bundles) {
        return ZooKeeperTls.open(properties.ssl(), bundles);
    }

    @Bean
    ZooKeeperIdentity zooKeeperIdentity(ZooKeeperProperties properties) {
        return new ZooKeeperIdentity(properties.auth());
    }

    /** The service's own client. As a bean it is closed after the latch, which uses it to the last. */
    @Bean(initMethod = "start", destroyMethod = "close")
    CuratorFramework curatorFramework(
            ZooKeeperProperties properties,
            Ensemble ensemble,
            ZooKeeperIdentity identity,
            ObjectProvider<ZooKeeperTls> tls) {
        CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                .connectString(ensemble.hosts())
                .sessionTimeoutMs(Math.toIntExact(properties.sessionTimeout().toMillis()))
                .connectionTimeoutMs(
                        Math.toIntExact(properties.connectionTimeout().toMillis()))
                .retryPolicy(new RetryForever(RETRY_MILLIS))
                // What is configured stays in force: servers often know themselves by addresses that clients cannot
                // reach.
                .ensembleTracker(false);
        ZooKeeperTls secure = tls.getIfAvailable();
        identity.apply(clients, secure == null ? new ZKClientConfig() : secure.clientConfig());
        return clients.build();
    }

    @Bean
    MasterStore masterStore(
            CuratorFramework client,
            MasterProperties master,
            Ensemble ensemble,
            ZooKeeperIdentity identity,
            ObjectProvider<Transport> tls,
            MeterRegistry registry) {
        MasterStore store = new CuratorMasterStore(client, ensemble.chroot() + master.path(), identity.acl());
        Transport secure = tls.getIfAvailable();
        return new MeteredMasterStore(
                secure == null ? store : new TlsDiagnosis(store, ensemble.hosts(), secure), registry);
    }

    // Started and stopped by the lifecycle adapter alone: destroyed as a bean it would be closed after the web server.
    @Bean(destroyMethod = "")
    MasterLatch masterLatch(
            MasterStore store, MasterProperties master, ZooKeeperProperties zooKeeper, Environment environment) {
        requireShortLease(master.lease(), zooKeeper.sessionTimeout());
        return MasterLatch.builder(store)
                .address(new AdvertisedAddress(master, environment))
                .lease(master.lease())
                .candidate(master.stand())
                .build();
    }

    private static void requireShortLease(Duration lease, Duration session) {
        if (lease.multipliedBy(2).compareTo(session) > 0) {
            throw new FailureAnalyzedException(
                    "master.lease is %s, and zookeeper.session-timeout is %s: a lease must be at most half of the session timeout."
                            .formatted(text(lease), text(session)),
                    "Set master.lease to at most %s, or zookeeper.session-timeout to at least %s."
                            .formatted(text(session.dividedBy(2)), text(lease.multipliedBy(2))));
        }
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
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
    ElectionLivenessIndicator electionHealthIndicator(MasterLatch latch) {
        return new ElectionLivenessIndicator(latch);
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
