package io.masterlatch.zookeeper;

import io.masterlatch.latch.MasterNode.Events;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooKeeper;

/**
 * The watch of one session on the master's node: set at the start, and lifted from those far back in a long line of succession, since
 * ZooKeeper wakes all who watch a node before anybody can claim it. In a short line all watch: they hear of a new master at once, and
 * however many leave together, the next one claims.
 *
 * <p>Not by Curator's recipe, which tries for ever at once, call within call, when ZooKeeper refuses this instance, and which cannot
 * lift a watch from the server. What is missed while it is not set, the looks find that are taken anyway.
 */
final class MasterWatch {

    /** So many at the front of a long line of succession watch, and all who do not stand in it. */
    static final int FRONT = 3;

    /** A line that is no longer than this is a short one, in which all watch. */
    static final int FEW = 8;

    private final ZooKeeper zooKeeper;
    private final String path;
    private final Events events;
    private final Watcher watcher;
    private boolean wanted = true;
    private boolean set;

    MasterWatch(ZooKeeper zooKeeper, String path, Events events) {
        this.zooKeeper = zooKeeper;
        this.path = path;
        this.events = events;
        this.watcher = event -> changed(event.getType());
    }

    private void changed(EventType type) {
        switch (type) {
            case NodeDeleted -> events.stirred(true);
            case NodeCreated, NodeDataChanged -> events.stirred(false);
            default -> {
                // Of the connection, or of the watch itself.
            }
        }
    }

    /** Sets the watch if it is wanted; again after each loss of the connection, with which an answer may have been lost. */
    synchronized void connected() {
        if (wanted) {
            set();
        }
    }

    /**
     * Sets or lifts the watch for who has this place in the line.
     *
     * @param place the place, from zero; negative for one who does not stand in the line
     * @param length how many stand in the line
     * @return whether it is wanted now, and set or about to be
     */
    synchronized boolean placed(int place, int length) {
        boolean before = wanted;
        wanted = place < FRONT || length <= FEW;
        if (wanted && !before) {
            set();
        }
        liftIfUnwanted();
        return wanted;
    }

    private void set() {
        zooKeeper.addWatch(
                path,
                watcher,
                AddWatchMode.PERSISTENT,
                (rc, p, ctx) -> {
                    if (rc == Code.OK.intValue()) {
                        isSet();
                    }
                },
                null);
    }

    private void isSet() {
        synchronized (this) {
            set = true;
            liftIfUnwanted();
        }
        // Whatever happened before it was set, nobody has seen.
        events.stirred(false);
    }

    private void liftIfUnwanted() {
        // One that is still being set cannot be lifted. And only all of a path can be taken back from the server: for
        // one of
        // them the client merely falls silent.
        if (set && !wanted) {
            set = false;
            zooKeeper.removeAllWatches(path, WatcherType.Any, true, (rc, p, ctx) -> {}, null);
        }
    }
}
