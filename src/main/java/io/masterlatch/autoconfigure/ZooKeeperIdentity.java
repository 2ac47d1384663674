package io.masterlatch.autoconfigure;

import java.util.List;
import javax.security.auth.login.Configuration;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** The user of this instance in ZooKeeper, and the access control list of the nodes that it creates. */
final class ZooKeeperIdentity {

    private final byte @Nullable [] digest;
    private final boolean sasl;

    /**
     * Creates the identity.
     *
     * @param auth the configured user, if any; a JAAS login counts as well
     */
    ZooKeeperIdentity(ZooKeeperProperties.Auth auth) {
        this.digest = auth.digest();
        this.sasl = hasSaslLogin();
    }

    /**
     * Returns the access control list. With a user, only that user may change a node and all may read it; else it is
     * open.
     */
    List<ACL> acl() {
        return digest == null && !sasl
                ? Ids.OPEN_ACL_UNSAFE
                : List.of(new ACL(Perms.ALL, Ids.AUTH_IDS), new ACL(Perms.READ, Ids.ANYONE_ID_UNSAFE));
    }

    /**
     * Configures a client.
     *
     * @param clients the builder of the client
     * @param config its settings so far
     */
    void apply(CuratorFrameworkFactory.Builder clients, ZKClientConfig config) {
        if (digest != null) {
            clients.authorization("digest", digest);
        }
        if (!sasl) {
            // The client would look up a name for a server that is configured by its number, and TLS would then check
            // the certificate against that name.
            config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        }
        clients.zkClientConfig(config);
    }

    /**
     * Whether a JAAS configuration has an entry by which ZooKeeper's client authenticates itself, and SASL is not
     * switched off.
     */
    private static boolean hasSaslLogin() {
        ZKClientConfig config = new ZKClientConfig();
        String entry = config.getProperty(
                ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, ZKClientConfig.LOGIN_CONTEXT_NAME_KEY_DEFAULT);
        try {
            return config.isSaslClientEnabled()
                    && Configuration.getConfiguration().getAppConfigurationEntry(entry) != null;
        } catch (SecurityException ex) {
            return false;
        }
    }
}
