package io.masterlatch.bench;

import io.masterlatch.bench.peers.Peer;
import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.ZooKeeperEnsemble;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** For how long two answer at the same time that they lead, and for how long neither does, by what went wrong. */
final class OverlapBench implements Bench.Benchmark {

    private static final Duration SESSION = Duration.ofSeconds(4);
    // Until the server has noticed at one of its ticks of 2 s that the session is over.
    private static final Duration BEYOND_SESSION = SESSION.plusSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final List<Peer> PEERS = List.of(
            Peer.MASTER_LATCH_1S,
            Peer.MASTER_LATCH_3S,
            Peer.LEADER_LATCH,
            Peer.LEADER_LATCH_SESSION,
            Peer.LEADER_SELECTOR,
            Peer.LEADER_INITIATOR,
            Peer.RAW_WATCH);

    /** What goes wrong. */
    private enum Fault {
        FROZEN("SIGSTOP past the session, then CONT"),
        BLACK_HOLE("its server is a black hole"),
        CUT_OFF("its follower is cut off from the other two"),
        DELETED("its node is deleted");

        private final String title;

        Fault(String title) {
            this.title = title;
        }
    }

    /** A fault in one duel. */
    private interface Trial {

        void on(Duel duel, Outcome outcome) throws Exception;
    }

    private final Map<Fault, Map<Peer, Outcome>> outcomes = new EnumMap<>(Fault.class);

    @Override
    public void run(Report report, boolean quick) throws Exception {
        for (Fault fault : Fault.values()) {
            outcomes.put(fault, new EnumMap<>(Peer.class));
            PEERS.forEach(peer -> outcomes.get(fault).put(peer, new Outcome()));
        }
        try (Servers servers = Servers.start(1)) {
            onOneServer(report, servers, quick);
        }
        onThreeServers(report, quick ? 1 : 4);
        report.line("Sessions of %d s, by which the lease of 3 s is 2 s.", SESSION.toSeconds());
        report.line(
                "In each cell: runs in which two answered at the same time that they lead, the median of how long they");
        report.line("did, the longest; and the median of how long neither did.");
        report.line("");
        List<String> heads = new ArrayList<>(List.of(""));
        for (Fault fault : Fault.values()) {
            heads.add(fault.title);
            heads.add("no leader");
        }
        Table table = new Table(heads.toArray(String[]::new));
        for (Peer peer : PEERS) {
            List<Object> cells = new ArrayList<>(List.of(peer.title()));
            for (Fault fault : Fault.values()) {
                Outcome outcome = outcomes.get(fault).get(peer);
                cells.add(outcome.both());
                cells.add(outcome.leaderless());
            }
            table.row(cells.toArray());
        }
        report.table(table);
    }

    private void onOneServer(Report report, Servers servers, boolean quick) throws Exception {
        Map<Candidate, FaultyProxy> proxies = new ConcurrentHashMap<>();
        List<Duel> duels = new CopyOnWriteArrayList<>();
        try {
            Together.forEach(PEERS, peer -> {
                FaultyProxy one = FaultyProxy.to(servers.port());
                FaultyProxy other = FaultyProxy.to(servers.port());
                Duel duel = new Duel(peer, servers, SESSION, one.connectString(), other.connectString(), false);
                proxies.put(duel.first(), one);
                proxies.put(duel.second(), other);
                duels.add(duel);
            });
            duels.sort(Comparator.comparing(Duel::peer));
            repeat(report, Fault.FROZEN, duels, quick ? 2 : 12, this::freeze);
            repeat(
                    report,
                    Fault.BLACK_HOLE,
                    duels,
                    quick ? 2 : 8,
                    (duel, outcome) -> blackHole(duel, proxies.get(duel.leader()), outcome));
            repeat(report, Fault.DELETED, duels, quick ? 1 : 4, (duel, outcome) -> delete(duel, servers, outcome));
        } finally {
            duels.forEach(Duel::close);
            proxies.values().forEach(FaultyProxy::close);
        }
    }

    private void repeat(Report report, Fault fault, List<Duel> duels, int runs, Trial trial) throws Exception {
        for (int run = 0; run < runs; run++) {
            report.progress("%s, run %d of %d", fault.title, run + 1, runs);
            Together.forEach(duels, duel -> {
                duel.settle();
                trial.on(duel, outcomes.get(fault).get(duel.peer()));
            });
        }
    }

    private void freeze(Duel duel, Outcome outcome) throws Exception {
        Candidate leader = duel.leader();
        long from = System.nanoTime();
        leader.freeze();
        duel.awaitGain(duel.other(leader), from, PATIENCE);
        // Not all at the same moment.
        sleepUntil(from
                + BEYOND_SESSION
                        .plusMillis(300 + 150L * PEERS.indexOf(duel.peer()))
                        .toNanos());
        leader.thaw();
        Thread.sleep(3_000);
        outcome.add(duel, from, System.nanoTime());
    }

    private void blackHole(Duel duel, FaultyProxy proxy, Outcome outcome) throws Exception {
        Candidate leader = duel.leader();
        long from = System.nanoTime();
        proxy.blackHole();
        duel.awaitGain(duel.other(leader), from, PATIENCE);
        sleepUntil(from + BEYOND_SESSION.toNanos());
        outcome.add(duel, from, System.nanoTime());
        proxy.restore();
        duel.rest();
    }

    private void delete(Duel duel, Servers servers, Outcome outcome) throws Exception {
        String root = duel.first().site().root();
        long from = System.nanoTime();
        servers.ask(client -> client.delete(LeaderNode.of(client, root), -1));
        Thread.sleep(12_000);
        outcome.add(duel, from, System.nanoTime());
    }

    private void onThreeServers(Report report, int runs) throws Exception {
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble().start();
        List<Duel> duels = new CopyOnWriteArrayList<>();
        try (Servers servers = Servers.of(ensemble)) {
            ZooKeeperProcess follower = ensemble.followers().get(0);
            String others = ensemble.servers().stream()
                    .filter(server -> server != follower)
                    .map(ZooKeeperProcess::connectString)
                    .collect(Collectors.joining(","));
            Together.forEach(
                    PEERS,
                    peer -> duels.add(new Duel(peer, servers, SESSION, follower.connectString(), others, false)));
            for (int run = 0; run < runs; run++) {
                report.progress("%s, run %d of %d", Fault.CUT_OFF.title, run + 1, runs);
                Together.forEach(new ArrayList<>(duels), Duel::letFirstLead);
                long from = System.nanoTime();
                ensemble.cutOff(follower);
                Together.forEach(new ArrayList<>(duels), duel -> duel.awaitGain(duel.second(), from, PATIENCE));
                // The follower serves on until it has missed its leader for five ticks of two seconds.
                sleepUntil(from + Duration.ofSeconds(16).toNanos());
                long to = System.nanoTime();
                duels.forEach(
                        duel -> outcomes.get(Fault.CUT_OFF).get(duel.peer()).add(duel, from, to));
                ensemble.heal();
                follower.awaitServing();
            }
        } finally {
            duels.forEach(Duel::close);
        }
    }

    private static void sleepUntil(long time) throws InterruptedException {
        Thread.sleep(Math.max(0, (time - System.nanoTime()) / 1_000_000));
    }
}
