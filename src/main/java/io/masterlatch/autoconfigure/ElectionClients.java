package io.masterlatch.autoconfigure;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;

/** Decides which client the election uses: its own if the settings name a ZooKeeper, else the application's. */
final class ElectionClients {

    private static final Logger logger = LoggerFactory.getLogger(ElectionClients.class);
    private static final int RETRY_MILLIS = 500;

    private ElectionClients() {}

    static ElectionClient choose(
            ZooKeeperProperties properties,
            ZooKeeperIdentity identity,
            ZooKeeperTls tls,
            ObjectProvider<EmbeddedServer> embedded,
            ObjectProvider<CuratorFramework> clients) {
        ConnectString servers = properties.servers();
        if (servers != null) {
            return ElectionClient.own(create(servers, properties, identity, tls), servers, false);
        }
        EmbeddedServer server = embedded.getIfAvailable();
        if (server != null) {
            servers = server.connectString();
            return ElectionClient.own(create(servers, properties, identity, tls), servers, true);
        }
        return ElectionClient.shared(shared(properties, clients));
    }

    private static CuratorFramework create(
            ConnectString servers, ZooKeeperProperties properties, ZooKeeperIdentity identity, ZooKeeperTls tls) {
        CuratorFrameworkFactory.Builder clients = CuratorFrameworkFactory.builder()
                .connectString(servers.toString())
                .sessionTimeoutMs(Math.toIntExact(properties.sessionTimeout().toMillis()))
                .connectionTimeoutMs(
                        Math.toIntExact(properties.connectionTimeout().toMillis()))
                .zookeeperFactory(EveryAddress.HANDLES)
                .retryPolicy(new RetryForever(RETRY_MILLIS))
                // The configured servers stay in use: servers often know themselves by addresses that clients cannot
                // reach.
                .ensembleTracker(false);
        identity.apply(clients, tls.clientConfig());
        return clients.build();
    }

    private static CuratorFramework shared(ZooKeeperProperties properties, ObjectProvider<CuratorFramework> clients) {
        String ignored = properties.firstOfAClient();
        if (ignored != null) {
            throw new MisconfigurationException(
                    ignored + " is set, and it has no effect on the application's own CuratorFramework.",
                    "Set masterlatch.zookeeper.connect-string, so that the election has a client of its own, or remove "
                            + ignored + ".");
        }
        try {
            CuratorFramework client = clients.getObject();
            logger.info("The election uses the application's CuratorFramework");
            return client;
        } catch (NoUniqueBeanDefinitionException ex) {
            throw new MisconfigurationException(
                    "There are several CuratorFramework beans, and none is primary: %s."
                            .formatted(String.join(", ", ex.getBeanNamesFound())),
                    "Mark the one for the election with @Primary, or set masterlatch.zookeeper.connect-string, so that the"
                            + " election has a client of its own.",
                    ex);
        }
    }
}
