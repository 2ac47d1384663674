package io.masterlatch.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * Takes part as the ZooKeeper book does: creates /master, or watches it until it goes; steps down when it is
 * disconnected.
 */
final class RawWatchContender implements Contender, Watcher {

    private final Site site;
    private final Listener listener;
    private volatile ZooKeeper zooKeeper;
    private volatile boolean joined;
    private volatile boolean leads;

    RawWatchContender(Site site, Listener listener) {
        this.site = site;
        this.listener = listener;
        connect();
    }

    private void connect() {
        try {
            zooKeeper = new ZooKeeper(
                    site.connectString(), Math.toIntExact(site.session().toMillis()), this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void process(WatchedEvent event) {
        switch (event.getType()) {
            case None -> {
                switch (event.getState()) {
                    case SyncConnected -> claim();
                    case Disconnected -> leads(false);
                    case Expired -> {
                        leads(false);
                        connect();
                    }
                    default -> {}
                }
            }
            case NodeDeleted -> claim();
            default -> {}
        }
    }

    private void claim() {
        if (!joined) {
            return;
        }
        zooKeeper.create(
                site.master(),
                site.id().getBytes(StandardCharsets.UTF_8),
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.EPHEMERAL,
                (rc, path, context, name) -> {
                    if (rc == Code.OK.intValue()) {
                        leads(true);
                    } else if (rc == Code.NODEEXISTS.intValue()) {
                        watch();
                    }
                },
                null);
    }

    private void watch() {
        zooKeeper.exists(
                site.master(),
                this,
                (rc, path, context, stat) -> {
                    if (rc == Code.NONODE.intValue()) {
                        claim();
                    } else if (rc == Code.OK.intValue() && stat.getEphemeralOwner() == zooKeeper.getSessionId()) {
                        leads(true);
                    }
                },
                null);
    }

    private synchronized void leads(boolean now) {
        if (leads != now) {
            leads = now;
            listener.changed(now);
        }
    }

    @Override
    public void join() {
        joined = true;
        claim();
    }

    @Override
    public void leave() {
        joined = false;
        if (leads) {
            leads(false);
            zooKeeper.delete(site.master(), -1, (rc, path, context) -> {}, null);
        }
    }

    @Override
    public boolean leads() {
        return leads;
    }

    @Override
    public String leader() throws KeeperException, InterruptedException {
        return new String(zooKeeper.getData(site.master(), false, null), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            zooKeeper.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
