package io.masterlatch.bench;

import io.masterlatch.bench.peers.Peer;
import io.masterlatch.bench.peers.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One contender in a process of its own, and what it reports. */
final class Candidate implements AutoCloseable {

    private static final List<String> SMALL =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss256k", "-Xmx64m", "-XX:-UsePerfData");

    private static final Pattern REPORT = Pattern.compile("(JOINED|GAINED|LOST|BEGIN|END) ([0-9]+)");

    private final Peer peer;
    private final Site site;
    private final boolean logs;
    private final List<Stretch> stretches = new ArrayList<>();
    private final List<Long> gains = new ArrayList<>();
    private final List<Long> losses = new ArrayList<>();
    private Process process;
    private boolean joined;
    private long leadingSince;

    /** Starts one whose output is never read; it logs if asked to. */
    Candidate(Peer peer, Site site, boolean logs) {
        this.peer = peer;
        this.site = site;
        this.logs = logs;
        start();
    }

    synchronized void start() {
        try {
            List<String> flags = new ArrayList<>(SMALL);
            flags.add("-Dquiet.level=" + (logs ? "INFO" : "OFF"));
            List<String> command = Processes.java(
                    flags,
                    CandidateProcess.class,
                    peer.name(),
                    site.connectString(),
                    Long.toString(site.session().toMillis()),
                    site.root(),
                    site.id());
            Process started = Processes.startReporting(command, logs);
            process = started;
            joined = false;
            Thread reader = new Thread(() -> read(started), "reports of " + site.id());
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Process source) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(source.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException ended) {
            // Killed, with its output.
        }
    }

    private synchronized void take(String line) {
        Matcher report = REPORT.matcher(line);
        if (!report.matches()) {
            // A stack trace, say.
            System.err.println(site.id() + " of " + peer.title() + ": " + line);
            return;
        }
        long time = Long.parseLong(report.group(2));
        switch (report.group(1)) {
            case CandidateProcess.JOINED -> joined = true;
            case CandidateProcess.GAINED -> gains.add(time);
            case CandidateProcess.LOST -> losses.add(time);
            case CandidateProcess.BEGIN -> leadingSince = time;
            case CandidateProcess.END -> {
                stretches.add(new Stretch(leadingSince, time));
                leadingSince = 0;
            }
            default -> throw new IllegalArgumentException(line);
        }
        notifyAll();
    }

    /** Returns whether the process runs and takes part. */
    synchronized boolean hasJoined() {
        return joined;
    }

    /** Returns whether it answered by its last report that it leads. */
    synchronized boolean leads() {
        return leadingSince != 0;
    }

    /** Returns when its callback first said, after a time, that it leads; 0 when it was not. */
    synchronized long gainedAfter(long time) {
        return gains.stream().filter(gain -> gain > time).findFirst().orElse(0L);
    }

    /** Returns how often its callback was called in a window. */
    synchronized long callsWithin(long from, long to) {
        return java.util.stream.Stream.of(gains, losses)
                .flatMap(List::stream)
                .filter(time -> time >= from && time <= to)
                .count();
    }

    /** Returns the stretches during which it answered that it leads, as far as they touch a window. */
    synchronized List<Stretch> stretches(long from, long to) {
        List<Stretch> all = new ArrayList<>(stretches);
        if (leadingSince != 0) {
            all.add(new Stretch(leadingSince, to));
        }
        return all.stream()
                .filter(stretch -> stretch.end() >= from && stretch.begin() <= to)
                .map(stretch -> stretch.within(from, to))
                .toList();
    }

    void freeze() throws IOException, InterruptedException {
        Processes.signal(process, "STOP");
    }

    void thaw() throws IOException, InterruptedException {
        Processes.signal(process, "CONT");
    }

    /** Has it log until its standard output, which is never read, takes no more. */
    void blockOutput() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Sends SIGKILL, waits for the end, and returns when it was sent. */
    long kill() throws InterruptedException {
        long time = System.nanoTime();
        process.destroyForcibly();
        process.waitFor();
        synchronized (this) {
            if (leadingSince != 0) {
                stretches.add(new Stretch(leadingSince, time));
                leadingSince = 0;
            }
        }
        return time;
    }

    Site site() {
        return site;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
