package io.masterlatch.zookeeper;

import io.masterlatch.latch.MasterNode.Events;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch on the master's node: set at the start, and lifted from those far back in the line of succession, since ZooKeeper wakes
 * all who watch a node before anybody can claim it.
 */
final class MasterWatch {

    /** So many at the front of the line of succession watch, and all who do not stand in it. */
    static final int FRONT = 8;

    private static final Logger log = LoggerFactory.getLogger(CuratorMasterNode.class);

    private final CuratorFramework client;
    private final String path;
    private final Events events;
    private @Nullable PersistentWatcher watcher;
    private boolean wanted;
    private boolean set;

    MasterWatch(CuratorFramework client, String path, Events events) {
        this.client = client;
        this.path = path;
        this.events = events;
    }

    synchronized void start() {
        PersistentWatcher begun = new PersistentWatcher(client, path, false);
        begun.getListenable().addListener(event -> events.stirred(event.getType() == EventType.NodeDeleted));
        begun.getResetListenable().addListener(this::set);
        begun.start();
        watcher = begun;
        wanted = true;
        set = false;
    }

    /**
     * Sets or lifts the watch for who has this place in the line.
     *
     * @param place the place, from zero; negative for one who does not stand in the line
     * @return whether it is wanted now, and set or about to be
     */
    synchronized boolean placed(int place) {
        wanted = place < FRONT;
        if (wanted && watcher == null) {
            start();
        }
        liftIfUnwanted();
        return wanted;
    }

    private void set() {
        synchronized (this) {
            set = true;
            liftIfUnwanted();
        }
        // Whatever happened before it was set, nobody has seen.
        events.stirred(false);
    }

    private void liftIfUnwanted() {
        // One that is still being set cannot be lifted, and would stay on the server.
        if (!wanted && set && watcher != null) {
            try {
                // Closing the watcher would silence it here, while the server went on telling: it only takes back all
                // of
                // a path.
                client.watchers().removeAll().guaranteed().inBackground().forPath(path);
            } catch (Exception failed) {
                log.debug("The watch on {} stays", path, failed);
            }
            watcher.close();
            watcher = null;
        }
    }
}
