package io.masterlatch.bench;

import io.masterlatch.bench.peers.Peer;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** How often a second one thread is answered which candidate leads, and whether its own does; measured by JMH. */
final class ReadsBench implements Bench.Benchmark {

    @Override
    public void run(Report report, boolean quick) throws Exception {
        try (Servers servers = Servers.start(1)) {
            for (Peer peer : Peer.values()) {
                servers.create("/" + peer.name());
            }
            Options options = new OptionsBuilder()
                    .include(Reads.class.getName())
                    .forks(1)
                    .warmupIterations(quick ? 1 : 3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(quick ? 1 : 5)
                    .measurementTime(TimeValue.seconds(1))
                    .jvmArgsAppend(
                            "-D" + Reads.SERVERS + "=" + servers.connectString(),
                            "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                            "-Dquiet.level=OFF")
                    .build();
            Collection<RunResult> results = new Runner(options).run();
            Table table = new Table("question", "peer", "calls/s of one thread", "ns each", "error of calls/s");
            for (RunResult result : results) {
                double rate = result.getPrimaryResult().getScore();
                String peer = result.getParams().getParam("peer");
                table.row(
                        result.getParams().getBenchmark().replaceFirst(".*\\.", ""),
                        peer == null ? "MasterLatch" : Peer.valueOf(peer).title(),
                        "%,.0f".formatted(rate),
                        "%,.1f".formatted(1e9 / rate),
                        "%,.0f".formatted(result.getPrimaryResult().getScoreError()));
            }
            report.table(table);
        }
    }
}
