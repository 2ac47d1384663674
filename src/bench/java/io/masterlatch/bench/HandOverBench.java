package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

import io.masterlatch.bench.peers.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** From the call by which a leader resigns to the callback of its successor, all peers in turn. */
final class HandOverBench implements Bench.Benchmark {

    // The longest that servers grant: what idle candidates send disturbs the others least.
    private static final Duration SESSION = Duration.ofSeconds(40);
    private static final Duration BRIEFLY = Duration.ofMillis(10);
    private static final List<Peer> PEERS = List.of(
            Peer.MASTER_LATCH_3S, Peer.LEADER_LATCH, Peer.LEADER_SELECTOR, Peer.LEADER_INITIATOR, Peer.RAW_WATCH);

    private int elections;

    /** How often it runs, how long a round takes at the least, and on how many candidates. */
    private record Size(int rounds, int warmUp, Duration pace, int... candidates) {}

    @Override
    public void run(Report report, boolean quick) throws Exception {
        Duration pace = Duration.ofSeconds(2);
        Size size = quick ? new Size(10, 20, pace, 2, 10) : new Size(40, 500, pace, 2, 10, 100, 500);
        try (Servers servers = Servers.start(1)) {
            measure(report, "one server that does not wait for the disk", servers, size);
        }
        Size few = new Size(size.rounds(), 40, pace, 2, 10);
        try (Servers servers = Servers.startWithDisk()) {
            measure(report, "one server that waits for the disk", servers, few);
        }
        try (Servers servers = Servers.start(3)) {
            measure(report, "three servers that do not wait for the disk", servers, size);
        }
    }

    private void measure(Report report, String where, Servers servers, Size size) throws Exception {
        report.line(
                "Release to the successor's callback on %s, %d interleaved rounds, one every %d s, warmed up by %d:",
                where, size.rounds(), size.pace().toSeconds(), size.warmUp());
        report.line("");
        Table table = new Table(
                "",
                "candidates",
                "median, ms",
                "p90, ms",
                "to LeaderLatch",
                "writes per hand-over",
                "idle: writes/s",
                "idle: packets/s");
        for (int candidates : size.candidates()) {
            measure(report, table, servers, candidates, size);
        }
        report.table(table);
    }

    private void measure(Report report, Table table, Servers servers, int candidates, Size size) throws Exception {
        List<Field> fields = new ArrayList<>();
        Map<Peer, Rate> idle = new EnumMap<>(Peer.class);
        Map<Peer, Samples> times = new EnumMap<>(Peer.class);
        Map<Peer, Samples> writes = new EnumMap<>(Peer.class);
        // Where all claim, the last of hundreds comes late, and must not count for the next field.
        Duration settling = Duration.ofMillis(100 + candidates);
        try {
            Rate before = new Rate(0, 0);
            for (Peer peer : PEERS) {
                report.progress("%d candidates of %s", candidates, peer.title());
                Field field = new Field(peer, servers, SESSION, candidates, "/" + peer.key() + elections++);
                fields.add(field);
                field.join();
                Thread.sleep(1_000 + 4L * candidates);
                Rate now = Rate.of(servers, Duration.ofSeconds(4));
                idle.put(peer, now.minus(before));
                before = now;
                times.put(peer, new Samples());
                writes.put(peer, new Samples());
            }
            // Without a pause at first, or the code would still be cold. Larger sizes find it warm.
            int cold = candidates == size.candidates()[0] ? size.warmUp() : 0;
            for (int round = -cold; round < 0; round++) {
                for (Field field : fields) {
                    field.handOver(servers, BRIEFLY);
                }
            }
            for (int round = -5; round < size.rounds(); round++) {
                long end = System.nanoTime() + size.pace().toNanos();
                for (Field field : fields) {
                    Field.HandOver handOver = field.handOver(servers, settling);
                    if (round >= 0) {
                        times.get(field.peer()).add(handOver.millis());
                        double others = before.writes() * (handOver.millis() + settling.toMillis()) / 1e3;
                        writes.get(field.peer()).add(handOver.writes() - others);
                    }
                }
                // So that the candidates that move up know it: their looks are half a lease apart.
                TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
            }
        } finally {
            fields.forEach(Field::close);
        }
        double reference = times.get(Peer.LEADER_LATCH).median();
        for (Peer peer : PEERS) {
            table.row(
                    peer.title(),
                    candidates,
                    show(times.get(peer).median(), 1),
                    show(times.get(peer).quantile(0.9), 1),
                    show(times.get(peer).median() / reference, 2),
                    show(writes.get(peer).mean(), 1),
                    show(idle.get(peer).writes(), 2),
                    show(idle.get(peer).packets(), 1));
        }
    }

    /** What the servers are asked for while nothing happens. */
    private record Rate(double writes, double packets) {

        static Rate of(Servers servers, Duration time) throws InterruptedException {
            long writes = servers.writes();
            long packets = servers.received();
            Thread.sleep(time.toMillis());
            double seconds = time.toMillis() / 1e3;
            return new Rate((servers.writes() - writes) / seconds, (servers.received() - packets) / seconds);
        }

        Rate minus(Rate other) {
            return new Rate(writes - other.writes, packets - other.packets);
        }
    }
}
