package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

import io.masterlatch.bench.peers.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** From the call by which a leader gives up to the callback that tells its successor, all peers in turn. */
final class HandOverBench implements Bench.Benchmark {

    // The longest that servers grant: what idle candidates send disturbs the others least.
    private static final Duration SESSION = Duration.ofSeconds(40);
    private static final List<Peer> PEERS =
            List.of(Peer.MASTER_LATCH, Peer.LEADER_LATCH, Peer.LEADER_SELECTOR, Peer.LEADER_INITIATOR, Peer.RAW_WATCH);

    private static final int WARM_UP = 10;

    private int elections;

    @Override
    public void run(Report report, boolean quick) throws Exception {
        int[] sizes = quick ? new int[] {2, 100} : new int[] {2, 10, 100, 500};
        int rounds = quick ? 20 : 40;
        for (int servers : new int[] {1, 3}) {
            report.line(
                    "### %d server%s: release to the successor's callback, %d interleaved rounds, ms",
                    servers, servers > 1 ? "s" : "", rounds);
            report.line("");
            Table table = new Table(
                    "", "candidates", "median", "p90", "writes per hand-over", "idle: writes/s", "idle: packets/s");
            try (Servers running = Servers.start(servers)) {
                for (int size : sizes) {
                    measure(report, table, running, size, rounds);
                }
            }
            report.table(table);
        }
    }

    private void measure(Report report, Table table, Servers servers, int size, int rounds) throws Exception {
        List<Field> fields = new ArrayList<>();
        Map<Peer, Rate> idle = new EnumMap<>(Peer.class);
        Map<Peer, Samples> times = new EnumMap<>(Peer.class);
        Map<Peer, Samples> writes = new EnumMap<>(Peer.class);
        // Where all claim, the last of hundreds comes late, and must not count for the next field.
        Duration settling = Duration.ofMillis(100 + size);
        try {
            Rate before = new Rate(0, 0);
            for (Peer peer : PEERS) {
                report.progress("%d candidates of %s", size, peer.title());
                Field field = new Field(peer, servers, SESSION, size, "/" + peer.key() + elections++);
                fields.add(field);
                field.join();
                Thread.sleep(1_000 + 4L * size);
                Rate now = Rate.of(servers, Duration.ofSeconds(4));
                idle.put(peer, now.minus(before));
                before = now;
                times.put(peer, new Samples());
                writes.put(peer, new Samples());
            }
            for (int round = -WARM_UP; round < rounds; round++) {
                for (Field field : fields) {
                    Field.HandOver handOver = field.handOver(servers, settling);
                    if (round >= 0) {
                        times.get(field.peer()).add(handOver.millis());
                        double others = before.writes() * (handOver.millis() + settling.toMillis()) / 1e3;
                        writes.get(field.peer()).add(handOver.writes() - others);
                    }
                }
            }
        } finally {
            fields.forEach(Field::close);
        }
        for (Peer peer : PEERS) {
            table.row(
                    peer.title(),
                    size,
                    show(times.get(peer).median(), 1),
                    show(times.get(peer).quantile(0.9), 1),
                    show(writes.get(peer).mean(), 1),
                    show(idle.get(peer).writes(), 2),
                    show(idle.get(peer).packets(), 1));
        }
    }

    /** What the servers are asked for when nothing happens. */
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
