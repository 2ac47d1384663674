package io.masterlatch.autoconfigure;

import io.masterlatch.curator.CuratorMasterStore;
import io.masterlatch.election.MasterStore;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Auto-configures a {@link MasterLatch}, the client it uses, and its lifecycle. A latch of the application, or of a
 * parent context, is left alone.
 */
@AutoConfiguration(
        after = SslAutoConfiguration.class,
        afterName = "org.springframework.cloud.zookeeper.ZookeeperAutoConfiguration")
@Conditional(OnElectionCondition.class)
@ConditionalOnMissingBean(MasterLatch.class)
@EnableConfigurationProperties({MasterLatchProperties.class, ZooKeeperProperties.class})
public final class MasterLatchAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(MasterLatchAutoConfiguration.class);

    @Bean
    ZooKeeperIdentity masterLatchIdentity(ZooKeeperProperties properties) {
        return new ZooKeeperIdentity(properties.auth());
    }

    /** TLS of the client that is made here; none without a bundle. */
    @Bean
    ZooKeeperTls masterLatchTls(ZooKeeperProperties properties, ObjectProvider<SslBundles> bundles) {
        // ElectionClients refuses the setting when the client is the application's.
        return properties.ssl().bundle() == null || properties.servers() == null
                ? ZooKeeperTls.none()
                : ZooKeeperTls.open(properties.ssl(), bundles.getObject());
    }

    // A bean of its own, so that it is closed after the latch, which uses it to the end.
    @Bean
    ElectionClient masterLatchClient(
            MasterLatchProperties election,
            ZooKeeperProperties properties,
            ZooKeeperIdentity identity,
            ZooKeeperTls tls,
            ListableBeanFactory beans,
            ObjectProvider<EmbeddedServer> embedded,
            ObjectProvider<CuratorFramework> clients) {
        Mode mode = election.mode();
        if (mode != null) {
            mode.requireNoZooKeeper(properties, beans);
            logger.warn("{}, which is for tests and development only: there is no election", mode.words());
            return ElectionClient.none(mode);
        }
        return ElectionClients.choose(properties, identity, tls, embedded, clients);
    }

    private static AdvertisedAddress address(MasterLatchProperties properties, Environment environment) {
        return new AdvertisedAddress(properties.address(), environment, properties.mode() != null);
    }

    @Bean
    MasterStore masterLatchStore(
            ElectionClient client,
            MasterLatchProperties properties,
            ZooKeeperProperties zooKeeper,
            ZooKeeperIdentity identity,
            ZooKeeperTls tls,
            Environment environment) {
        AdvertisedUrl url = new AdvertisedUrl(properties.url(), properties.address(), environment);
        if (properties.mode() != null) {
            return new FixedMasterStore(properties.mode(), url);
        }
        MasterStore store = new CuratorMasterStore(
                client.framework(),
                properties.path(),
                identity.acl(),
                url,
                client.isOwn() ? zooKeeper.sessionTimeout() : null,
                tls.diagnosis(client.hosts()));
        return new AddressCheck(store, client.hosts(), address(properties, environment), environment);
    }

    // Only the lifecycle adapter starts and stops it. As a destroyed bean it would be closed after the web server.
    @Bean(destroyMethod = "")
    MasterLatch masterLatch(
            MasterStore store,
            ElectionClient client,
            MasterLatchProperties properties,
            ZooKeeperProperties zooKeeper,
            Environment environment,
            ObjectProvider<MasterStoreDecorator> decorators) {
        if (client.isOwn()) {
            requireShortLease(properties.lease(), zooKeeper.sessionTimeout());
        }
        MasterStore decorated = store;
        for (MasterStoreDecorator decorator : decorators) {
            decorated = decorator.decorate(decorated);
        }
        Mode mode = properties.mode();
        return MasterLatch.builder(decorated)
                .election(properties.name())
                .address(address(properties, environment))
                .lease(mode == null ? properties.lease() : Mode.LEASE)
                .candidate(properties.candidate() && mode != Mode.NEVER)
                .build();
    }

    private static void requireShortLease(Duration lease, Duration session) {
        if (lease.multipliedBy(2).compareTo(session) > 0) {
            throw new MisconfigurationException(
                    ("masterlatch.lease is %s, and masterlatch.zookeeper.session-timeout is %s: a lease must be at most"
                                    + " half of the session timeout.")
                            .formatted(Settings.text(lease), Settings.text(session)),
                    "Set masterlatch.lease to at most %s, or masterlatch.zookeeper.session-timeout to at least %s."
                            .formatted(Settings.text(session.dividedBy(2)), Settings.text(lease.multipliedBy(2))));
        }
    }

    @Bean
    MasterLatchLifecycle masterLatchLifecycle(
            MasterLatch latch, MasterLatchProperties properties, ApplicationEventPublisher events) {
        latch.addChangeListener(events::publishEvent);
        return new MasterLatchLifecycle(latch, properties.mode());
    }
}
