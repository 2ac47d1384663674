package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

import io.masterlatch.bench.peers.Peer;
import io.masterlatch.testing.ZooKeeperEnsemble;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What two candidates of each peer go through while three servers are restarted one after the other. */
final class RollingRestartBench implements Bench.Benchmark {

    private static final Duration SESSION = Duration.ofSeconds(10);

    private static final class Result {

        private final Samples changes = new Samples();
        private final Samples otherLeader = new Samples();
        private final Samples leaderless = new Samples();
        private final Samples both = new Samples();
    }

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int restarts = quick ? 1 : 8;
        Map<Peer, Result> results = new EnumMap<>(Peer.class);
        List.of(Peer.values()).forEach(peer -> results.put(peer, new Result()));
        List<Duel> duels = new CopyOnWriteArrayList<>();
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble().start();
        try (Servers servers = Servers.of(ensemble)) {
            Together.forEach(List.of(Peer.values()), peer -> duels.add(new Duel(peer, servers, SESSION)));
            for (int restart = 0; restart < restarts; restart++) {
                report.progress("rolling restart %d of %d", restart + 1, restarts);
                Together.forEach(duels, Duel::settle);
                Map<Peer, Candidate> leaders = new EnumMap<>(Peer.class);
                duels.forEach(duel -> leaders.put(duel.peer(), duel.leader()));
                long from = System.nanoTime();
                ensemble.rollingRestart();
                Thread.sleep(5_000);
                long to = System.nanoTime();
                duels.forEach(duel -> add(results.get(duel.peer()), duel, leaders.get(duel.peer()), from, to));
            }
        } finally {
            duels.forEach(Duel::close);
        }
        report.line(
                "Sessions of %d s, %d rolling restarts of three servers, means per restart.",
                SESSION.toSeconds(), restarts);
        report.line("");
        Table table =
                new Table("", "callbacks", "most", "the other led in", "no leader, s", "most, s", "both lead, ms");
        for (Peer peer : Peer.values()) {
            Result result = results.get(peer);
            table.row(
                    peer.title(),
                    show(result.changes.mean(), 1),
                    show(result.changes.quantile(1), 0),
                    "%d of %d".formatted(result.otherLeader.above(0), restarts),
                    show(result.leaderless.mean(), 2),
                    show(result.leaderless.quantile(1), 2),
                    show(result.both.mean(), 0));
        }
        report.table(table);
    }

    private static void add(Result result, Duel duel, Candidate leader, long from, long to) {
        result.changes.add(duel.first().callsWithin(from, to) + duel.second().callsWithin(from, to));
        result.otherLeader.add(duel.other(leader).stretches(from, to).isEmpty() ? 0 : 1);
        result.leaderless.add(Stretch.leaderless(duel.all(from, to), from, to) / 1e9);
        result.both.add(duel.overlap(from, to) / 1e6);
    }
}
