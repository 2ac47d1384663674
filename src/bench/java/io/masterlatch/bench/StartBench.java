package io.masterlatch.bench;

/** Start to the first answer, and memory when idle. */
final class StartBench implements Bench.Benchmark {

    @Override
    public void run(Report report, boolean quick) {
        report.line("to come");
    }
}
