package io.masterlatch.bench;

import io.masterlatch.bench.peers.Contender;
import io.masterlatch.bench.peers.Peer;
import io.masterlatch.bench.peers.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** All contenders of one election, in this process. */
final class Field implements AutoCloseable {

    private static final long PATIENCE = 60;

    private final Peer peer;
    private final List<Contender> contenders = new ArrayList<>();
    private final BlockingQueue<Gain> gains = new LinkedBlockingQueue<>();
    private int leader;

    /** A contender's callback was called because it leads. */
    private record Gain(int contender, long time) {}

    /** What one hand-over took. */
    record HandOver(double millis, double writes) {}

    Field(Peer peer, Servers servers, Duration session, int count, String root) throws Exception {
        this.peer = peer;
        servers.create(root);
        for (int number = 0; number < count; number++) {
            int self = number;
            Site site = new Site(servers.connectString(), session, root, peer.key() + ".example.com:" + (number + 1));
            contenders.add(peer.contender(site, leads -> {
                if (leads) {
                    gains.add(new Gain(self, System.nanoTime()));
                }
            }));
        }
    }

    Peer peer() {
        return peer;
    }

    /** Lets all take part, and waits until one leads. */
    void join() throws InterruptedException {
        contenders.forEach(Contender::join);
        leader = nextGain().contender();
    }

    /**
     * Lets the leader leave and come back behind all others, and returns what it took until the callback of the next.
     */
    HandOver handOver(Servers servers, Duration settling) throws InterruptedException {
        gains.clear();
        Contender leaving = contenders.get(leader);
        long writesBefore = servers.writes();
        long begin = System.nanoTime();
        leaving.leave();
        Gain gain = nextGain();
        // Failed claims come after it.
        Thread.sleep(settling.toMillis());
        long writes = servers.writes() - writesBefore;
        leader = gain.contender();
        leaving.join();
        Thread.sleep(settling.toMillis());
        return new HandOver((gain.time() - begin) / 1e6, writes);
    }

    private Gain nextGain() throws InterruptedException {
        Gain gain = gains.poll(PATIENCE, TimeUnit.SECONDS);
        if (gain == null) {
            throw new IllegalStateException("there is no leader of " + peer.title());
        }
        return gain;
    }

    @Override
    public void close() {
        contenders.parallelStream().forEach(Contender::close);
    }
}
