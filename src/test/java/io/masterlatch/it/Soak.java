package io.masterlatch.it;

import static org.awaitility.Awaitility.await;

import io.masterlatch.it.SoakFaults.Fault;
import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.HistoryReport;
import io.masterlatch.testing.MasterHistory;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ZooKeeperEnsemble;
import io.masterlatch.testing.ZooKeeperProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three instances on three ZooKeeper servers, each instance with a network of its own, and rounds of random faults. All
 * the while a history is taken of which instance says that it is master; after some rounds everything is repaired, and
 * there has to be one master again.
 */
final class Soak implements AutoCloseable {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final int INSTANCES = 3;
    private static final int ROUNDS_BETWEEN_REPAIRS = 5;

    private final Random random;
    private final ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(TICK);
    private final List<List<FaultyProxy>> networks = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Replicas replicas;
    private final SoakFaults faults;
    private Duration longestRepair = Duration.ZERO;

    Soak(long seed) {
        random = new Random(seed);
        for (int instance = 0; instance < INSTANCES; instance++) {
            networks.add(ensemble.servers().stream()
                    .map(server -> FaultyProxy.to(server.clientPort()))
                    .toList());
        }
        ensemble.start();
        replicas = Replicas.start(IntStream.range(0, INSTANCES)
                .mapToObj(instance ->
                        Replicas.instance("replica" + (instance + 1), connectString(networks.get(instance)), SESSION)));
        faults = new SoakFaults(random, ensemble, replicas.instances(), networks);
    }

    /** Lets faults happen for so long, repairs everything, and returns what the instances said all the time. */
    HistoryReport run(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try (MasterHistory history = replicas.watch()) {
            for (int round = 1; System.nanoTime() - end < 0; round++) {
                play();
                if (round % ROUNDS_BETWEEN_REPAIRS == 0) {
                    repair();
                    if (!history.report().violations().isEmpty()) {
                        return history.report();
                    }
                }
            }
            repair();
            return history.report();
        }
    }

    String summary(HistoryReport report) {
        return """
                SoakIT: faults %s
                SoakIT: %d changes of master, %d violations, two masters for %d ms, no master for %.1f s, at most %.1f s \
                at once, and one again at most %.1f s after the repair""".formatted(
                        counts,
                        report.changes(),
                        report.violations().size(),
                        report.overlap().toMillis(),
                        report.withoutMaster().toMillis() / 1e3,
                        report.longestWithoutMaster().toMillis() / 1e3,
                        longestRepair.toMillis() / 1e3);
    }

    void assertCalmLogs() {
        replicas.assertCalmLogs();
    }

    @Override
    public void close() {
        faults.close();
        replicas.close();
        networks.forEach(network -> network.forEach(FaultyProxy::close));
        ensemble.close();
    }

    private void play() {
        List<Fault> round = faults.draw();
        round.forEach(fault -> counts.merge(fault.name(), 1, Integer::sum));
        System.out.println("SoakIT: " + round.stream().map(Fault::toString).collect(Collectors.joining(", ")));
        round.forEach(fault -> fault.begin().run());
        Replicas.pass(length());
        round.forEach(fault -> fault.end().run());
        Replicas.pass(SESSION.multipliedBy(random.nextInt(50)).dividedBy(100));
    }

    /** Returns some length, mostly about that of the lease or of the session. */
    private Duration length() {
        int percent = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(50);
            case 1 -> 50 + random.nextInt(20);
            case 2 -> 90 + random.nextInt(40);
            default -> 100 + random.nextInt(100);
        };
        return SESSION.multipliedBy(percent).dividedBy(100);
    }

    private void repair() {
        long began = System.nanoTime();
        ensemble.heal();
        ensemble.servers().forEach(ZooKeeperProcess::awaitServing);
        await("all repaired").atMost(Duration.ofSeconds(60)).until(() -> replicas.restore() != null);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        longestRepair = took.compareTo(longestRepair) > 0 ? took : longestRepair;
    }

    private static String connectString(List<FaultyProxy> network) {
        return network.stream().map(FaultyProxy::connectString).collect(Collectors.joining(","));
    }
}
