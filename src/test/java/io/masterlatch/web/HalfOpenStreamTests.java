package io.masterlatch.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.masterlatch.testing.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that drops off the network without a word gives its place back within three heartbeats. */
class HalfOpenStreamTests {

    private static final Duration HEARTBEAT = Duration.ofSeconds(4);
    private static final Pattern RESULT = Pattern.compile("free after (\\d+) ms");

    @Test
    void theKernelShowsThatItIsGone(@TempDir Path directory) {
        List<String> command = new ArrayList<>(List.of("unshare", "--map-root-user", "--net"));
        assumeThatNamespacesAreAvailable(directory, command);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                HalfOpenStream.class.getName(),
                HEARTBEAT.toSeconds() + "s"));

        String output = Program.run(directory, Map.of(), "", command).assertOk().output();

        List<Duration> times = RESULT.matcher(output)
                .results()
                .map(result -> Duration.ofMillis(Long.parseLong(result.group(1))))
                .toList();
        System.out.println("HalfOpenStreamTests: free after " + times);
        assertThat(times)
                .as(output)
                .hasSize(2)
                .allSatisfy(time -> assertThat(time).isLessThan(HEARTBEAT.multipliedBy(3)));
    }

    private static void assumeThatNamespacesAreAvailable(Path directory, List<String> unshare) {
        Program.installed("unshare", "util-linux");
        Program.installed("ip", "iproute2");
        List<String> trial = new ArrayList<>(unshare);
        trial.addAll(List.of("sh", "-c", "ip link set lo up && ip rule add to 127.0.0.2 blackhole"));
        Program.Result result = Program.run(directory, Map.of(), "", trial);
        if (result.code() != 0) {
            System.out.println("HalfOpenStreamTests: skipped, there are no network namespaces: " + result.output());
        }
        assumeThat(result.code()).as(result.output()).isZero();
    }
}
