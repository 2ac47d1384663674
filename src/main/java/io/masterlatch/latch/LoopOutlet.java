package io.masterlatch.latch;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes the output of one loop to the latch, its listeners and the log. Silent once it is closed. */
final class LoopOutlet implements ElectionLoop.Outlet {

    private final Listeners listeners;
    private final Consumer<Mastership> latest;
    private final LogWriter writer = new LogWriter();
    private final TransitionLog log;
    private @Nullable MastershipChange published;
    private boolean closed;

    LoopOutlet(Listeners listeners, String election, Consumer<Mastership> latest) {
        this.listeners = listeners;
        this.latest = latest;
        this.log = new TransitionLog(election, writer);
    }

    void started(Mastership mastership, String store, ClockReading now) {
        log.started(mastership, store, now);
    }

    @Override
    public synchronized void publish(Mastership mastership) {
        if (!closed) {
            latest.accept(mastership);
        }
    }

    @Override
    public synchronized void changed(MastershipChange change) {
        if (!closed) {
            published = change;
            // Listeners come first: their threads need not wait for the log.
            listeners.publish(change);
            log.changed(change);
        }
    }

    @Override
    public void notice(String sentence) {
        log.notice(sentence);
    }

    @Override
    public void failed(Throwable failure) {
        log.failed(failure);
    }

    @Override
    public void tick(Mastership mastership, ClockReading now) {
        listeners.retry();
        log.state(mastership, now);
    }

    @Override
    public synchronized void close(Mastership mastership, ReleaseOutcome outcome) {
        MastershipChange before = published;
        if (before != null && before.to() == Role.MASTER) {
            // The loop is held up and could not publish this itself.
            changed(new MastershipChange(Role.MASTER, Role.UNKNOWN, before.master(), null, "it was closed"));
        }
        closed = true;
        latest.accept(mastership);
        if (outcome == ReleaseOutcome.UNCONFIRMED) {
            log.notice("ZooKeeper did not confirm the release of the lease: it lapses");
        }
        writer.close();
    }
}
