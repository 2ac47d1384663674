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

    private static final class Outcome {

        private final Samples changes = new Samples();
        private final Samples nobody = new Samples();
        private final Samples both = new Samples();
    }

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int restarts = quick ? 1 : 4;
        Map<Peer, Outcome> outcomes = new EnumMap<>(Peer.class);
        List.of(Peer.values()).forEach(peer -> outcomes.put(peer, new Outcome()));
        List<Duel> duels = new CopyOnWriteArrayList<>();
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble().start();
        try (Servers servers = Servers.of(ensemble)) {
            Together.forEach(
                    List.of(Peer.values()),
                    peer -> duels.add(new Duel(
                            peer,
                            servers,
                            SESSION,
                            "/" + peer.key(),
                            servers.connectString(),
                            servers.connectString())));
            for (int restart = 0; restart < restarts; restart++) {
                report.progress("rolling restart %d of %d", restart + 1, restarts);
                Together.forEach(duels, Duel::settle);
                long from = System.nanoTime();
                ensemble.rollingRestart();
                Thread.sleep(5_000);
                long to = System.nanoTime();
                duels.forEach(duel -> add(outcomes.get(duel.peer()), duel, from, to));
            }
        } finally {
            duels.forEach(Duel::close);
        }
        report.line(
                "Sessions of %d s, %d rolling restarts of three servers, means per restart.",
                SESSION.toSeconds(), restarts);
        report.line("");
        Table table = new Table("", "callbacks", "most", "nobody leads, s", "most, s", "both lead, ms");
        for (Peer peer : Peer.values()) {
            Outcome outcome = outcomes.get(peer);
            table.row(
                    peer.title(),
                    show(outcome.changes.mean(), 1),
                    show(outcome.changes.quantile(1), 0),
                    show(outcome.nobody.mean(), 2),
                    show(outcome.nobody.quantile(1), 2),
                    show(outcome.both.mean(), 0));
        }
        report.table(table);
    }

    private static void add(Outcome outcome, Duel duel, long from, long to) {
        outcome.changes.add(duel.first().callsWithin(from, to) + duel.second().callsWithin(from, to));
        outcome.nobody.add(Stretch.nobody(duel.all(from, to), from, to) / 1e9);
        outcome.both.add(duel.overlap(from, to) / 1e6);
    }
}
