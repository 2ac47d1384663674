package io.masterlatch.sidecar;

import java.io.IOException;

/** Somebody who is told of changes. Its text is what a log and a metric may call it. */
interface Recipient {

    /**
     * Tells it, and waits until it is told or cannot be.
     *
     * @return whether it is told; if not, this was the only attempt
     * @throws IOException when it is to be tried again, with the reason in words
     * @throws InterruptedException when it need not be told any more
     */
    boolean tell(News news) throws IOException, InterruptedException;
}
