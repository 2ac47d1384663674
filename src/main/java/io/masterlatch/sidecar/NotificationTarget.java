package io.masterlatch.sidecar;

import java.io.IOException;

/** Receives notifications. */
interface NotificationTarget {

    /** Returns the name in logs and metrics. */
    String name();

    /**
     * Delivers a notification, and waits for the outcome.
     *
     * @return whether it was delivered; if not, this was the only attempt
     * @throws IOException when it is to be tried again, with the reason in words
     * @throws InterruptedException when it is no longer needed
     */
    boolean deliver(Notification notification) throws IOException, InterruptedException;
}
