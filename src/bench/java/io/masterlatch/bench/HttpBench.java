package io.masterlatch.bench;

import static io.masterlatch.bench.Samples.show;

import io.masterlatch.testing.Loopback;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code GET /master} against constant endpoints in the same Tomcat, asked by another process on 64 connections. */
final class HttpBench implements Bench.Benchmark {

    private static final int CONNECTIONS = 64;
    private static final List<String> PATHS = List.of("/constant", "/constant-bytes", "/master");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");

    private final HttpClient http = HttpClient.newHttpClient();

    /** What one round of load finds. */
    private record Load(double rate, double p99) {}

    @Override
    public void run(Report report, boolean quick) throws Exception {
        boolean wrk = isInstalled("wrk");
        int rounds = quick ? 1 : 15;
        int seconds = quick ? 2 : 4;
        int port = Loopback.freePort();
        Map<String, Samples> rates = new LinkedHashMap<>();
        Map<String, Samples> tails = new LinkedHashMap<>();
        Map<String, Samples> ratios = new LinkedHashMap<>();
        for (String path : PATHS) {
            rates.put(path, new Samples());
            tails.put(path, new Samples());
            ratios.put(path, new Samples());
        }
        try (Servers servers = Servers.start(1)) {
            Process service = Processes.start(Processes.java(
                    List.of("-Xmx256m"),
                    ServiceWithConstant.class,
                    "--server.port=" + port,
                    "--masterlatch.address=127.0.0.1:" + port,
                    "--masterlatch.zookeeper.connect-string=" + servers.connectString(),
                    "--spring.main.banner-mode=off",
                    "--logging.level.root=ERROR"));
            try {
                awaitMaster(port);
                for (int round = -2; round < rounds; round++) {
                    report.progress("round %d of %d", round + 1, rounds);
                    Map<String, Load> loads = new LinkedHashMap<>();
                    for (String path : inTurn(round)) {
                        loads.put(path, wrk ? wrk(port, path, seconds) : own(port, path, seconds));
                    }
                    if (round >= 0) {
                        for (String path : PATHS) {
                            rates.get(path).add(loads.get(path).rate());
                            tails.get(path).add(loads.get(path).p99());
                            ratios.get(path)
                                    .add(loads.get(path).rate()
                                            / loads.get(PATHS.get(0)).rate());
                        }
                    }
                }
            } finally {
                service.destroyForcibly();
            }
        }
        report.line(
                "%d connections, %d rounds of %d s each in changing order, load by %s",
                CONNECTIONS, rounds, seconds, wrk ? "wrk" : "a Java program");
        report.line("");
        Table table = new Table("", "requests/s, median", "p99, ms, median", "ratio to /constant, median");
        for (String path : PATHS) {
            table.row(
                    "`GET " + path + "`",
                    show(rates.get(path).median(), 0),
                    show(tails.get(path).median(), 2),
                    show(ratios.get(path).median(), 3));
        }
        report.table(table);
    }

    private static List<String> inTurn(int round) {
        List<String> paths = new ArrayList<>(PATHS);
        java.util.Collections.rotate(paths, round);
        return paths;
    }

    private void awaitMaster(int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/master"))
                .build();
        for (int tries = 0; tries < 600; tries++) {
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.body().contains("MASTER")) {
                    return;
                }
            } catch (IOException notYet) {
                // It is starting.
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("the service does not answer");
    }

    private static boolean isInstalled(String program) throws InterruptedException {
        try {
            new ProcessBuilder(program, "-v").redirectErrorStream(true).start().waitFor();
            return true;
        } catch (IOException missing) {
            return false;
        }
    }

    private static Load wrk(int port, String path, int seconds) throws IOException {
        String output = output(List.of(
                "wrk",
                "-t1",
                "-c" + CONNECTIONS,
                "-d" + seconds + "s",
                "--latency",
                "http://127.0.0.1:" + port + path));
        Matcher rate = RATE.matcher(output);
        Matcher p99 = P99.matcher(output);
        if (!rate.find() || !p99.find() || output.contains("Non-2xx")) {
            throw new IllegalStateException(output);
        }
        double unit = Map.of("us", 1e-3, "ms", 1.0, "s", 1e3).get(p99.group(2));
        return new Load(Double.parseDouble(rate.group(1)), Double.parseDouble(p99.group(1)) * unit);
    }

    private static Load own(int port, String path, int seconds) throws IOException {
        String[] words = output(Processes.java(
                        List.of(),
                        LoadGenerator.class,
                        Integer.toString(port),
                        path,
                        Integer.toString(CONNECTIONS),
                        Integer.toString(seconds)))
                .strip()
                .split(" ");
        return new Load(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
    }

    private static String output(List<String> command) throws IOException {
        return new String(Processes.start(command).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
