package io.masterlatch.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs benchmarks by their names. */
public final class Bench {

    private static final Map<String, Benchmark> BENCHMARKS = new LinkedHashMap<>();

    static {
        BENCHMARKS.put("hand-over", new HandOverBench());
        BENCHMARKS.put("crash", new CrashBench());
        BENCHMARKS.put("overlap", new OverlapBench());
        BENCHMARKS.put("rolling-restart", new RollingRestartBench());
        BENCHMARKS.put("reads", new ReadsBench());
        BENCHMARKS.put("http", new HttpBench());
        BENCHMARKS.put("start", new StartBench());
    }

    /** A benchmark, which reports what it measures. */
    interface Benchmark {

        void run(Report report, boolean quick) throws Exception;
    }

    private Bench() {}

    /** Takes the names of benchmarks, with commas, or {@code all}. */
    public static void main(String[] args) throws Exception {
        List<String> names =
                args[0].equals("all") ? List.copyOf(BENCHMARKS.keySet()) : Arrays.asList(args[0].split(","));
        if (!BENCHMARKS.keySet().containsAll(names)) {
            System.out.println("Say which: -Dbench=all, or of these, with commas: " + BENCHMARKS.keySet());
            System.exit(args[0].equals("list") ? 0 : 2);
        }
        boolean quick = Boolean.getBoolean("bench.quick");
        for (String name : names) {
            try (Report report = new Report(name)) {
                BENCHMARKS.get(name).run(report, quick);
            }
        }
        // Peers leave threads behind that are no daemons.
        System.exit(0);
    }
}
