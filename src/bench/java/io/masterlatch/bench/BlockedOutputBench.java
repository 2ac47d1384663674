package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

import io.masterlatch.bench.peers.Peer;
import io.masterlatch.testing.FaultyProxy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What becomes of two candidates whose standard output is a full pipe, so that every thread that logs blocks. */
final class BlockedOutputBench implements Bench.Benchmark {

    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration QUIET = Duration.ofSeconds(12);
    private static final Duration LOST = Duration.ofSeconds(12);
    private static final List<Peer> PEERS = List.of(
            Peer.MASTER_LATCH_1S,
            Peer.MASTER_LATCH_3S,
            Peer.LEADER_LATCH,
            Peer.LEADER_LATCH_SESSION,
            Peer.LEADER_SELECTOR,
            Peer.LEADER_INITIATOR,
            Peer.RAW_WATCH);

    private final Map<Peer, Outcome> quiet = new EnumMap<>(Peer.class);
    private final Map<Peer, Outcome> lost = new EnumMap<>(Peer.class);
    private final Map<Peer, Samples> killed = new EnumMap<>(Peer.class);

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int runs = quick ? 1 : 6;
        for (Peer peer : PEERS) {
            quiet.put(peer, new Outcome());
            lost.put(peer, new Outcome());
            killed.put(peer, new Samples());
        }
        try (Servers servers = Servers.start(1)) {
            for (int run = 0; run < runs; run++) {
                report.progress("the leader's server is a black hole, run %d of %d", run + 1, runs);
                each(servers, this::lose);
                report.progress("the leader is killed, run %d of %d", run + 1, runs);
                each(servers, this::kill);
            }
        }
        report.line(
                "Both processes log with the same console appender at INFO into a pipe that is never read, and the pipe is full.");
        report.line(
                "Sessions of %d s, by which the lease of 3 s is 2 s. First nothing else happens for %d s,",
                SESSION.toSeconds(), QUIET.toSeconds());
        report.line(
                "then the leader's server is a black hole for %d s; in other runs the leader is killed.",
                LOST.toSeconds());
        report.line("");
        Table table = new Table(
                "",
                "nothing else: both lead",
                "no leader",
                "black hole: both lead",
                "no leader",
                "killed: successor after, s",
                "most");
        for (Peer peer : PEERS) {
            table.row(
                    peer.title(),
                    quiet.get(peer).both(),
                    quiet.get(peer).leaderless(),
                    lost.get(peer).both(),
                    lost.get(peer).leaderless(),
                    show(killed.get(peer).median(), 2),
                    show(killed.get(peer).quantile(1), 2));
        }
        report.table(table);
    }

    /** What happens to a duel with its output blocked. */
    private interface Trial {

        void on(Duel duel, FaultyProxy leadersProxy) throws Exception;
    }

    private static void each(Servers servers, Trial trial) throws Exception {
        Map<Candidate, FaultyProxy> proxies = new ConcurrentHashMap<>();
        List<Duel> duels = new CopyOnWriteArrayList<>();
        try {
            // Processes of their own for each run: there is no way back out of a full pipe.
            Together.forEach(PEERS, peer -> {
                FaultyProxy one = FaultyProxy.to(servers.port());
                FaultyProxy other = FaultyProxy.to(servers.port());
                Duel duel = new Duel(peer, servers, SESSION, one.connectString(), other.connectString(), true);
                duels.add(duel);
                proxies.put(duel.first(), one);
                proxies.put(duel.second(), other);
                duel.settle();
            });
            Together.forEach(List.copyOf(duels), duel -> {
                duel.first().blockOutput();
                duel.second().blockOutput();
                // The rest of the pipe is full in milliseconds.
                Thread.sleep(1_000);
                trial.on(duel, proxies.get(duel.leader()));
            });
        } finally {
            duels.forEach(Duel::close);
            proxies.values().forEach(FaultyProxy::close);
            // What they left goes with their sessions.
            Thread.sleep(SESSION.plusSeconds(3).toMillis());
        }
    }

    private void lose(Duel duel, FaultyProxy leadersProxy) throws Exception {
        long begin = System.nanoTime();
        Thread.sleep(QUIET.toMillis());
        long middle = System.nanoTime();
        quiet.get(duel.peer()).add(duel, begin, middle);
        leadersProxy.blackHole();
        Thread.sleep(LOST.toMillis());
        lost.get(duel.peer()).add(duel, middle, System.nanoTime());
    }

    private void kill(Duel duel, FaultyProxy leadersProxy) throws Exception {
        Candidate leader = duel.leader();
        long time = leader.kill();
        long gained = duel.awaitGain(duel.other(leader), time, SESSION.multipliedBy(4));
        killed.get(duel.peer()).add(gained == 0 ? Double.NaN : (gained - time) / 1e9);
    }
}
