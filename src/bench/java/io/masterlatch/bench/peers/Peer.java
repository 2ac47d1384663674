package io.masterlatch.bench.peers;

import java.util.Locale;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.framework.state.StandardConnectionStateErrorPolicy;

/** A way to elect a leader through ZooKeeper. */
public enum Peer {
    /** This project. */
    MASTER_LATCH("MasterLatch", MasterLatchContender::new),
    /** Curator's latch, as it comes. */
    LEADER_LATCH(
            "LeaderLatch",
            (site, listener) -> new LeaderLatchContender(site, listener, new StandardConnectionStateErrorPolicy())),
    /** Curator's latch when it is told to keep the leadership until the session is lost. */
    LEADER_LATCH_SESSION(
            "LeaderLatch, session policy",
            (site, listener) -> new LeaderLatchContender(site, listener, new SessionConnectionStateErrorPolicy())),
    /** Curator's selector. */
    LEADER_SELECTOR("LeaderSelector", LeaderSelectorContender::new),
    /** Spring Integration's. */
    LEADER_INITIATOR("Spring Integration", LeaderInitiatorContender::new),
    /** What the ZooKeeper book does, on the plain client. */
    RAW_WATCH("raw /master watch", RawWatchContender::new);

    private final String title;
    private final Maker maker;

    Peer(String title, Maker maker) {
        this.title = title;
        this.maker = maker;
    }

    /** Returns the name that people know it by. */
    public String title() {
        return title;
    }

    /** Returns a word for paths. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Makes one that does not take part yet. */
    public Contender contender(Site site, Contender.Listener listener) {
        return maker.make(site, listener);
    }

    private interface Maker {

        Contender make(Site site, Contender.Listener listener);
    }
}
