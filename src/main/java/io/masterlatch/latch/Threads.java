package io.masterlatch.latch;

import java.util.concurrent.ThreadFactory;

/** The one place where this library's threads are made. */
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
