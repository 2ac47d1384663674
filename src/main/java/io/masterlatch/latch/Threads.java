package io.masterlatch.latch;

import java.util.concurrent.ThreadFactory;

/** Creates all threads of this library. */
final class Threads {

    private Threads() {}

    /** Returns a factory of daemon threads with a name. */
    static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
