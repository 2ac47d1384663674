package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.SmallLayout;
import io.masterlatch.testing.Start;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Start to the first 200 of {@code GET /master}, and resident memory when idle; of other JDKs too that -Dbench.jdks
 * names.
 */
final class StartBench implements Bench.Benchmark {

    /** A way to run the service, and what its starts took. */
    private record Way(String title, Supplier<ServiceBuilder> instance, Samples seconds, Samples cpu, Samples memory) {

        Way(String title, Supplier<ServiceBuilder> instance) {
            this(title, instance, new Samples(), new Samples(), new Samples());
        }

        void start(Servers servers) {
            Start start = Start.of(instance.get()
                    .loopbackAddress()
                    .property("masterlatch.zookeeper.connect-string", servers.connectString())
                    .property("masterlatch.path", "/master" + Loopback.freePort()));
            seconds.add(start.firstAnswer().toNanos() / 1e9);
            cpu.add(start.cpu().toNanos() / 1e9);
            memory.add(start.residentMebibytes());
        }
    }

    @Override
    public void run(Report report, boolean quick) {
        int rounds = quick ? 1 : 9;
        List<Way> ways = new ArrayList<>();
        for (Path jdk : jdks()) {
            SmallLayout layout = new SmallLayout(jdk);
            String name = jdk.getFileName().toString();
            ways.add(new Way(name + ": plain `java -jar`", () -> plain(jdk)));
            ways.add(new Way(
                    name + ": small flags", () -> plain(jdk).jvm(layout.flags().toArray(String[]::new))));
            ways.add(new Way(name + ": as in small-and-fast.md", () -> layout.named("small")));
        }
        try (Servers servers = Servers.start(1)) {
            for (int round = 0; round < rounds; round++) {
                report.progress("round %d of %d", round + 1, rounds);
                ways.forEach(way -> way.start(servers));
            }
        }
        report.line("Start to the first 200 of `GET /master`, %d interleaved rounds.", rounds);
        report.line("");
        Table table = new Table("", "median, s", "best, s", "processor time, s", "idle RSS, MiB");
        for (Way way : ways) {
            table.row(
                    way.title(),
                    show(way.seconds().median(), 2),
                    show(way.seconds().quantile(0), 2),
                    show(way.cpu().median(), 2),
                    show(way.memory().median(), 0));
        }
        report.table(table);
    }

    private static ServiceBuilder plain(Path jdk) {
        return ServiceProcess.named("plain").javaHome(jdk).plainJvm();
    }

    private static List<Path> jdks() {
        List<Path> jdks = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        for (String more : System.getProperty("bench.jdks", "").split(",")) {
            if (!more.isBlank()) {
                jdks.add(Path.of(more));
            }
        }
        return jdks;
    }
}
