package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

import io.masterlatch.bench.peers.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** From SIGKILL of the leader to the callback of the other. */
final class CrashBench implements Bench.Benchmark {

    private static final List<Peer> PEERS = List.of(
            Peer.MASTER_LATCH_1S,
            Peer.MASTER_LATCH_3S,
            Peer.LEADER_LATCH,
            Peer.LEADER_SELECTOR,
            Peer.LEADER_INITIATOR,
            Peer.RAW_WATCH);

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int rounds = quick ? 1 : 8;
        report.line("From SIGKILL of the leader's process to the callback of the other, in s.");
        report.line("With a session of 4 s the lease of 3 s is 2 s, half the session.");
        report.line("");
        Table table = new Table("", "session", "kills", "median, s", "least", "most");
        for (int seconds : new int[] {4, 10}) {
            try (Servers servers = Servers.start(1)) {
                measure(report, table, servers, Duration.ofSeconds(seconds), rounds);
            }
        }
        report.table(table);
    }

    private static void measure(Report report, Table table, Servers servers, Duration session, int rounds)
            throws Exception {
        List<Duel> duels = new CopyOnWriteArrayList<>();
        Map<Peer, Samples> times = new EnumMap<>(Peer.class);
        PEERS.forEach(peer -> times.put(peer, new Samples()));
        try {
            Together.forEach(PEERS, peer -> duels.add(new Duel(peer, servers, session)));
            for (int round = 0; round < rounds; round++) {
                report.progress("kill %d with sessions of %d s", round + 1, session.toSeconds());
                // Somewhere between two signs of life, and not at the same place each time.
                long pause = (long) (Math.random() * session.toMillis() / 3);
                Together.forEach(new ArrayList<>(duels), duel -> {
                    Thread.sleep(pause);
                    Candidate leader = duel.leader();
                    long killed = leader.kill();
                    long gained = duel.awaitGain(duel.other(leader), killed, session.multipliedBy(4));
                    times.get(duel.peer()).add(gained == 0 ? Double.NaN : (gained - killed) / 1e9);
                    leader.start();
                    duel.rest();
                    duel.settle();
                });
            }
        } finally {
            duels.forEach(Duel::close);
        }
        PEERS.forEach(peer -> row(table, peer.title(), session, times.get(peer)));
    }

    private static void row(Table table, String title, Duration session, Samples samples) {
        table.row(
                title,
                session.toSeconds() + " s",
                samples.count(),
                show(samples.median(), 2),
                show(samples.quantile(0), 2),
                show(samples.quantile(1), 2));
    }
}
