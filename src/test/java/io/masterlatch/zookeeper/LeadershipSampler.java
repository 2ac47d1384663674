package io.masterlatch.zookeeper;

import io.masterlatch.election.Mastership;
import io.masterlatch.election.Seat;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.LocalZooKeeper;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks latches in a tight loop whether they lead, and ZooKeeper who may.
 *
 * <p>A latch must not lead once ZooKeeper has removed the node of its epoch, and must not lead in a lower epoch than some latch
 * did before: then there were two leaders at one instant. Both are certain whenever they are seen.
 */
final class LeadershipSampler implements AutoCloseable {

    private static final long PAUSE_NANOS = 50_000;

    private final LocalZooKeeper server;
    private final List<Sampled> latches = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::sample, "leadership sampler");
    private long highest;
    private volatile boolean forgiving;
    private volatile boolean closed;

    private record Sampled(MasterLatch latch, String path) {}

    LeadershipSampler(LocalZooKeeper server) {
        this.server = server;
        thread.setDaemon(true);
        thread.start();
    }

    void watch(MasterLatch latch, String path) {
        latches.add(new Sampled(latch, path));
    }

    /** Nobody can promise anything for the moment in which somebody deletes the master's node. */
    void forgive() {
        forgiving = true;
    }

    List<String> violations() {
        return forgiving ? List.of() : List.copyOf(violations);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sample() {
        while (!closed) {
            latches.forEach(this::ask);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void ask(Sampled sampled) {
        MasterLatch latch = sampled.latch();
        LocalZooKeeper.Node node = server.node(sampled.path());
        Mastership before = latch.mastership();
        boolean leads = latch.hasLeadership();
        if (!leads || before != latch.mastership() || !(before.seat() instanceof Seat.Held held)) {
            return;
        }
        long epoch = held.master().epoch();
        if (node != null && node.czxid() != epoch && node.lastZxid() >= epoch) {
            violations.add(latch.getId() + " led in epoch " + epoch + " when ZooKeeper had " + node);
        }
        if (epoch < highest) {
            violations.add(latch.getId() + " led in epoch " + epoch + " after somebody had in " + highest);
        }
        highest = Math.max(highest, epoch);
    }
}
