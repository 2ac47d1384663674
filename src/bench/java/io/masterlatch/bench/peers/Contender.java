package io.masterlatch.bench.peers;

/** One candidate in the manner of one peer, with a ZooKeeper session of its own. */
public interface Contender extends AutoCloseable {

    /** Takes part from now on. Also after it has left. */
    void join();

    /** Releases what it holds and leaves the election, by the call that the peer's users make. */
    void leave();

    /** Returns whether it is the leader, as the peer's users ask. */
    boolean leads();

    /** Returns the leader, as the peer's users ask; empty when the peer has no such call. */
    String leader() throws Exception;

    @Override
    void close();

    /** Called by the callback of the peer's users. */
    interface Listener {

        /** Called when it becomes leader and when it no longer is. */
        void changed(boolean leads);
    }
}
