package io.masterlatch.simulation;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The one-shot watches of a client, which it sets anew at another server. */
final class Watches {

    private final Map<String, Boolean> existed = new LinkedHashMap<>();
    private final Map<String, Set<Runnable>> watchers = new LinkedHashMap<>();

    /** Takes the watcher of an answered read, if the server has set a watch for it. */
    void add(Request read, boolean there) {
        if (read.watcher != null && (there || read.watchMissing)) {
            existed.put(read.path(), there);
            watchers.computeIfAbsent(read.path(), created -> new LinkedHashSet<>())
                    .add(read.watcher);
        }
    }

    /** Returns the watchers to run for a node, once. */
    Set<Runnable> take(String path) {
        existed.remove(path);
        Set<Runnable> taken = watchers.remove(path);
        return taken == null ? Set.of() : taken;
    }

    /** Returns the paths that are watched, each with whether there was a node. */
    Map<String, Boolean> paths() {
        return new LinkedHashMap<>(existed);
    }

    void clear() {
        existed.clear();
        watchers.clear();
    }
}
