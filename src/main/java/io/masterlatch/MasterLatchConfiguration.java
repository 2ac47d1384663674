package io.masterlatch;

import io.masterlatch.actuate.MasterHealthIndicator;
import io.masterlatch.actuate.MasterMetrics;
import io.masterlatch.actuate.MeteredMasterNode;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.MasterNode;
import io.masterlatch.web.WatchLimits;
import io.masterlatch.zookeeper.CuratorMasterNode;
import io.masterlatch.zookeeper.Ensemble;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Puts the service together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WatchProperties.class)
class MasterLatchConfiguration {

    private static final Logger log = LoggerFactory.getLogger(MasterLatchConfiguration.class);
    private static final int RETRY_MILLIS = 500;

    @Bean
    MasterNode masterNode(
            MasterProperties master, ZooKeeperProperties zooKeeper, Ensemble ensemble, MeterRegistry registry) {
        CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                .connectString(ensemble.hosts())
                .sessionTimeoutMs(Math.toIntExact(zooKeeper.sessionTimeout().toMillis()))
                .connectionTimeoutMs(
                        Math.toIntExact(zooKeeper.connectionTimeout().toMillis()))
                .retryPolicy(new RetryForever(RETRY_MILLIS))
                // What is configured stays in force: servers often know themselves by addresses that clients cannot
                // reach.
                .ensembleTracker(false);
        String path = ensemble.chroot() + master.path();
        log.info("The election is held at {} on ZooKeeper {}", path, ensemble);
        return new MeteredMasterNode(new CuratorMasterNode(clients, path), registry);
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
    MasterMetrics masterMetrics(MasterLatch latch) {
        return new MasterMetrics(latch);
    }
}
