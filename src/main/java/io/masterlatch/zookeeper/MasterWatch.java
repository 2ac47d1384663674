package io.masterlatch.zookeeper;

import io.masterlatch.latch.MasterNode.Events;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * The watch on the master's node: set at the start, and lifted from those far back in the line of succession, since ZooKeeper wakes
 * all who watch a node before anybody can claim it.
 */
final class MasterWatch {

    /** So many at the front of the line of succession watch, and all who do not stand in it. */
    static final int FRONT = 8;

    private final CuratorFramework client;
    private final String path;
    private final Events events;
    private @Nullable PersistentWatcher watcher;

    MasterWatch(CuratorFramework client, String path, Events events) {
        this.client = client;
        this.path = path;
        this.events = events;
    }

    synchronized void start() {
        PersistentWatcher begun = new PersistentWatcher(client, path, false);
        begun.getListenable().addListener(event -> events.stirred(event.getType() == EventType.NodeDeleted));
        // Whatever happened before it was set, nobody has seen.
        begun.getResetListenable().addListener(() -> events.stirred(false));
        begun.start();
        watcher = begun;
    }

    /**
     * Sets or lifts the watch for who has this place in the line.
     *
     * @param place the place, from zero; negative for one who does not stand in the line
     * @return whether it is set now, or about to be
     */
    synchronized boolean placed(int place) {
        if (place < FRONT && watcher == null) {
            start();
        } else if (place >= FRONT && watcher != null) {
            watcher.close();
            watcher = null;
        }
        return watcher != null;
    }
}
