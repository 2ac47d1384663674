package io.masterlatch.web;

/** A client that waits for a change. It is never told what has changed: it looks again by itself. */
interface Watcher {

    /** Looks whether there is something to tell, and tells it as far as that is possible without waiting. */
    void look();

    /** Ends the wait, since this instance is stopping. */
    void end();

    /** The client is gone: when this returns, its request is not touched any more. */
    void gone();
}
