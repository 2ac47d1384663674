package io.masterlatch.autoconfigure;

import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/**
 * The client that the election uses. It is not a CuratorFramework bean, so that it is never injected in place of the
 * client of the application.
 *
 * @param framework the client; null when {@code masterlatch.mode} answers in place of an election
 * @param isOwn whether the client is the election's own: it is closed with this object, and has the settings of the
 * session
 * @param hosts the servers, without a chroot
 * @param isEmbedded whether the server is embedded in this process or in another one that it joined: only for a trial
 * @param description the servers, for the log
 */
public record ElectionClient(
        @Nullable CuratorFramework framework, boolean isOwn, String hosts, boolean isEmbedded, String description)
        implements AutoCloseable {

    /** Returns a client of the election's own, which starts now. */
    static ElectionClient own(CuratorFramework framework, ConnectString servers, boolean embedded) {
        framework.start();
        String description = embedded ? servers + ", embedded: for a trial on one machine only" : servers.toString();
        return new ElectionClient(framework, true, servers.hosts(), embedded, description);
    }

    /** Returns the application's client, which is neither started nor closed. */
    static ElectionClient shared(CuratorFramework framework) {
        String servers = framework.getZookeeperClient().getCurrentConnectionString();
        return new ElectionClient(framework, false, servers.replaceFirst("/.*", ""), false, servers);
    }

    /** Returns an object without a client: the mode answers in place of an election. */
    static ElectionClient none(Mode mode) {
        return new ElectionClient(null, false, "", false, "none: " + mode.words());
    }

    /** Whether there is no ZooKeeper, and {@code masterlatch.mode} answers in place of an election. */
    public boolean isSimulated() {
        return framework == null;
    }

    @Override
    public void close() {
        if (isOwn && framework != null) {
            framework.close();
        }
    }

    @Override
    public String toString() {
        return description;
    }
}
