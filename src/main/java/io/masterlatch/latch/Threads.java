package io.masterlatch.latch;

import java.util.concurrent.ThreadFactory;

/** Creates threads that do not keep the process alive. */
public final class Threads {

    private Threads() {}

    /**
     * Returns a factory of daemon threads with a name.
     *
     * @param name the name of each thread
     */
    public static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
