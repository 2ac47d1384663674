package io.masterlatch.curator;

import io.masterlatch.election.Mastership;
import io.masterlatch.latch.MasterLatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks latches in a tight loop whether they are master. Two at one instant were seen when one is before and after the
 * other in the same epoch, or when one is in a lower epoch than another was before it.
 */
final class OneMasterCheck implements AutoCloseable {

    private static final long PAUSE_NANOS = 50_000;

    private record Watched(MasterLatch latch, String path) {}

    private final List<Watched> latches = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Map<String, Long> highest = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "one-master-check");
    private volatile boolean closed;

    OneMasterCheck() {
        thread.setDaemon(true);
        thread.start();
    }

    void watch(MasterLatch latch, String path) {
        latches.add(new Watched(latch, path));
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            latches.forEach(this::ask);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void ask(Watched asked) {
        long epoch = epoch(asked.latch());
        if (epoch == 0) {
            return;
        }
        if (epoch < highest.getOrDefault(asked.path(), 0L)) {
            violations.add(asked.latch().getId() + " was master in epoch " + epoch + " after another in "
                    + highest.get(asked.path()));
        }
        highest.merge(asked.path(), epoch, Math::max);
        for (Watched other : latches) {
            if (other != asked && other.path().equals(asked.path())) {
                long others = epoch(other.latch());
                if (others != 0 && epoch(asked.latch()) == epoch) {
                    violations.add(
                            asked.latch().getId() + " and " + other.latch().getId() + " were master at once");
                }
            }
        }
    }

    /** The epoch in which the latch is master now; 0 when it is not. */
    private static long epoch(MasterLatch latch) {
        Mastership.Lease lease = latch.mastership().lease();
        return latch.hasLeadership() && lease != null ? lease.master().epoch() : 0;
    }
}
