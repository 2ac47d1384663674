package io.masterlatch.bench;

import io.masterlatch.bench.peers.Peer;
import io.masterlatch.bench.peers.Site;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Two candidates of one peer, each in a process of its own. */
final class Duel implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration JOINING_TIME = Duration.ofSeconds(3);

    private final Peer peer;
    private final Duration session;
    private final Candidate first;
    private final Candidate second;

    /** Starts the first and, when it leads, the second; both reach ZooKeeper in the same way. */
    Duel(Peer peer, Servers servers, Duration session) throws Exception {
        this(peer, servers, session, servers.connectString(), servers.connectString(), false);
    }

    /**
     * Starts the first and, when it leads, the second; each reaches ZooKeeper by servers of its own, and logs if asked
     * to.
     */
    Duel(Peer peer, Servers servers, Duration session, String firstServers, String secondServers, boolean logs)
            throws Exception {
        this.peer = peer;
        this.session = session;
        String root = "/" + peer.key();
        servers.create(root);
        first = new Candidate(peer, new Site(firstServers, session, root, "first.example.com:1"), logs);
        await("the first leads", first::leads);
        second = new Candidate(peer, new Site(secondServers, session, root, "second.example.com:2"), logs);
        awaitJoined();
        // One that waits for the leadership does not say so.
        Thread.sleep(JOINING_TIME.toMillis());
    }

    Peer peer() {
        return peer;
    }

    Candidate first() {
        return first;
    }

    Candidate second() {
        return second;
    }

    Candidate leader() {
        return first.leads() ? first : second;
    }

    Candidate other(Candidate one) {
        return one == first ? second : first;
    }

    /**
     * Waits until a process that was just started has joined, and what its former self left has gone with its session.
     */
    void rest() throws InterruptedException {
        awaitJoined();
        Thread.sleep(JOINING_TIME.plus(session).toMillis());
    }

    /** Waits until exactly one has led for a second; starts both anew if that does not come. */
    void settle() throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!settled()) {
            if (System.nanoTime() - end > 0) {
                first.kill();
                second.kill();
                first.start();
                await("the first leads again", first::leads);
                second.start();
                rest();
                end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            }
        }
    }

    private boolean settled() throws InterruptedException {
        for (int check = 0; check < 10; check++) {
            if (first.leads() == second.leads()) {
                Thread.sleep(100);
                return false;
            }
            Thread.sleep(100);
        }
        return true;
    }

    /** Sees to it that the first leads and the second waits. */
    void letFirstLead() throws InterruptedException {
        settle();
        if (!first.leads()) {
            second.kill();
            await("the first leads", first::leads);
            second.start();
            rest();
        }
    }

    /** Waits until the callback of one says that it leads, and returns when; 0 if that does not come. */
    long awaitGain(Candidate candidate, long after, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (candidate.gainedAfter(after) == 0 && System.nanoTime() - end < 0) {
            Thread.sleep(5);
        }
        return candidate.gainedAfter(after);
    }

    List<Stretch> all(long from, long to) {
        return java.util.stream.Stream.of(first, second)
                .flatMap(candidate -> candidate.stretches(from, to).stream())
                .toList();
    }

    long overlap(long from, long to) {
        return Stretch.overlap(first.stretches(from, to), second.stretches(from, to));
    }

    boolean overlaps(long from, long to) {
        return Stretch.overlaps(first.stretches(from, to), second.stretches(from, to));
    }

    private void awaitJoined() throws InterruptedException {
        await("both have joined", () -> first.hasJoined() && second.hasJoined());
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("not so, that " + what + ", of " + peer.title());
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
