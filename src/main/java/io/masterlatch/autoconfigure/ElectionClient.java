package io.masterlatch.autoconfigure;

import java.util.Objects;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/**
 * The client that the election uses. It is not a CuratorFramework bean, so that it is never injected in place of the
 * client of the application.
 */
public final class ElectionClient implements AutoCloseable {

    private final @Nullable CuratorFramework framework;
    private final boolean own;
    private final String hosts;
    private final String description;
    private final boolean embedded;

    private ElectionClient(
            @Nullable CuratorFramework framework, boolean own, String hosts, String description, boolean embedded) {
        this.framework = framework;
        this.own = own;
        this.hosts = hosts;
        this.description = description;
        this.embedded = embedded;
    }

    /** Returns a client of the election's own, which starts now and is closed with this object. */
    static ElectionClient own(CuratorFramework framework, ConnectString servers, boolean embedded) {
        framework.start();
        String description = embedded ? servers + ", embedded: for a trial on one machine only" : servers.toString();
        return new ElectionClient(framework, true, servers.hosts(), description, embedded);
    }

    /** Returns the application's client, which is neither started nor closed. */
    static ElectionClient shared(CuratorFramework framework) {
        String servers = framework.getZookeeperClient().getCurrentConnectionString();
        return new ElectionClient(framework, false, servers.replaceFirst("/.*", ""), servers, false);
    }

    /** Returns an object without a client: the mode answers in place of an election. */
    static ElectionClient none(Mode mode) {
        return new ElectionClient(null, false, "", "none: " + mode.words(), false);
    }

    CuratorFramework framework() {
        return Objects.requireNonNull(framework);
    }

    /** Whether the settings of the session apply to this client. */
    boolean isOwn() {
        return own;
    }

    /** Returns the servers, without a chroot. */
    String hosts() {
        return hosts;
    }

    /** Whether the server is embedded in this process or in another one that it joined: only for a trial. */
    public boolean isEmbedded() {
        return embedded;
    }

    /** Whether there is no ZooKeeper, and {@code masterlatch.mode} answers in place of an election. */
    public boolean isSimulated() {
        return framework == null;
    }

    @Override
    public void close() {
        if (own && framework != null) {
            framework.close();
        }
    }

    /** Returns the servers, for the log. */
    @Override
    public String toString() {
        return description;
    }
}
