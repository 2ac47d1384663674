package io.masterlatch.zookeeper;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.security.auth.login.Configuration;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/** Who may do what with the nodes that are created. */
public enum Access implements ACLProvider {

    /** Everybody may do everything. */
    OPEN(new ACL(Perms.ALL, everybody())),

    /** Everybody may read, and whoever is authenticated as their creator is may do everything. */
    CREATOR(new ACL(Perms.ALL, Ids.AUTH_IDS), new ACL(Perms.READ, everybody()));

    private final List<ACL> acl;

    Access(ACL... acl) {
        // Not List.of(), which ZooKeeper could not ask whether it contains null.
        this.acl = Collections.unmodifiableList(Arrays.asList(acl));
    }

    @Override
    public List<ACL> getDefaultAcl() {
        return acl;
    }

    @Override
    public List<ACL> getAclForPath(String path) {
        return acl;
    }

    /**
     * Tells whether a JAAS configuration has an entry by which ZooKeeper's client authenticates itself through SASL.
     *
     * @return whether there is one, and nobody has switched SASL off
     */
    public static boolean hasSaslLogin() {
        ZKClientConfig config = new ZKClientConfig();
        String entry = config.getProperty(
                ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, ZKClientConfig.LOGIN_CONTEXT_NAME_KEY_DEFAULT);
        try {
            return config.isSaslClientEnabled()
                    && Configuration.getConfiguration().getAppConfigurationEntry(entry) != null;
        } catch (SecurityException none) {
            return false;
        }
    }

    private static Id everybody() {
        return new Id("world", "anyone");
    }
}
