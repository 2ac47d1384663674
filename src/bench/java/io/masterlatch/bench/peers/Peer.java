package io.masterlatch.bench.peers;

import java.time.Duration;
import java.util.Locale;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.framework.state.StandardConnectionStateErrorPolicy;

/** A way to elect a leader through ZooKeeper. */
public enum Peer {
    /** This project with its shortest usual lease. */
    MASTER_LATCH_1S("MasterLatch, lease 1 s", masterLatch(1)),
    /** This project as it comes. */
    MASTER_LATCH_3S("MasterLatch, lease 3 s", masterLatch(3)),
    /** This project with the longest lease that a session of 10 s allows. */
    MASTER_LATCH_5S("MasterLatch, lease 5 s", masterLatch(5)),
    /** Curator's latch, as it comes. */
    LEADER_LATCH(
            "LeaderLatch",
            (site, listener) -> new LeaderLatchContender(site, listener, new StandardConnectionStateErrorPolicy())),
    /** Curator's latch when it keeps the leadership until the session is lost. */
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

    private static Maker masterLatch(int seconds) {
        return (site, listener) -> new MasterLatchContender(site, listener, Duration.ofSeconds(seconds));
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
