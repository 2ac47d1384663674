package io.masterlatch.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs benchmarks by their names. */
public final class Bench {

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final Map<String, Benchmark> BENCHMARKS = new LinkedHashMap<>();

    static {
        BENCHMARKS.put("hand-over", new HandOverBench());
        BENCHMARKS.put("crash", new CrashBench());
        BENCHMARKS.put("overlap", new OverlapBench());
        BENCHMARKS.put("blocked-output", new BlockedOutputBench());
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
        boolean complete = run(names, Boolean.getBoolean("bench.quick"));
        // Peers leave threads behind that are no daemons.
        System.exit(complete ? 0 : 1);
    }

    /** A benchmark that fails does not keep the next one from running. */
    private static boolean run(List<String> names, boolean quick) throws Exception {
        List<String> failed = new ArrayList<>();
        StringBuilder page = new StringBuilder(Machine.describe() + (quick ? ", in quick mode: no measurement" : ""));
        page.append(".\n\n");
        Files.createDirectories(DIRECTORY);
        for (String name : names) {
            Report report = new Report(name);
            try {
                BENCHMARKS.get(name).run(report, quick);
            } catch (Exception | Error ex) {
                ex.printStackTrace();
                report.line("%s failed: %s", name, ex);
                failed.add(name);
            }
            String section = report.end();
            Files.writeString(DIRECTORY.resolve(name + ".md"), section, StandardCharsets.UTF_8);
            page.append(section).append('\n');
        }
        Path file = DIRECTORY.resolve("tables.md");
        Files.writeString(file, page, StandardCharsets.UTF_8);
        System.out.println("\n" + page + "Written to " + file + (failed.isEmpty() ? "" : "; failed: " + failed));
        return failed.isEmpty();
    }
}
