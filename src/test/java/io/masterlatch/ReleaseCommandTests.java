package io.masterlatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Loopback;
import io.masterlatch.zookeeper.SessionFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be told without a ZooKeeper; the rest is in SessionFileTests and SessionFileIT. */
class ReleaseCommandTests {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path file;

    @BeforeEach
    void name(@TempDir Path directory) {
        file = directory.resolve("session");
    }

    @Test
    void withoutTheFileThereIsNothingToClose() {
        assertThat(run(file.toString())).isZero();
        assertOneLine(out, "There is no file " + file);
        assertThat(file).doesNotExist();
    }

    @Test
    void inAnEmptyFileThereIsNothingToClose() {
        SessionFile.open(file).close();

        assertThat(run("--master.session-file=" + file)).isZero();
        assertOneLine(out, "There is no session in " + file);
    }

    @Test
    void theFileMayBeNamedByTheEnvironment() {
        EarlySettings settings =
                new EarlySettings(new String[] {"release"}, new Properties(), Map.of("MASTER_SESSION_FILE", file + ""));

        assertThat(command().run(List.of(), settings)).isZero();
        assertOneLine(out, "There is no file " + file);
    }

    @Test
    void itFailsWhenNoServerAnswers() throws IOException {
        record(Loopback.address(Loopback.freePort()));
        byte[] recorded = Files.readAllBytes(file);

        assertThat(run(file.toString())).isEqualTo(1);
        assertOneLine(err, "could not be closed");
        assertThat(file).hasBinaryContent(recorded);
    }

    @Test
    void itFailsWhenTheFileIsDamaged() throws IOException {
        record("zk:2181");
        byte[] recorded = Files.readAllBytes(file);
        recorded[recorded.length / 2]++;
        Files.write(file, recorded);

        assertThat(run(file.toString())).isEqualTo(1);
        assertOneLine(err, "damaged");
    }

    @Test
    void itFailsWhenTheFileIsNone(@TempDir Path directory) {
        assertThat(run(directory.toString())).isEqualTo(1);
        assertOneLine(err, "not a file");
    }

    @Test
    void itDoesNothingWhileTheFileIsInUse() throws IOException {
        try (SessionFile used = SessionFile.open(file)) {
            used.record("127.0.0.1:1", null, 7, new byte[16], Duration.ofSeconds(10));

            assertThat(run(file.toString())).isEqualTo(3);
            assertOneLine(err, "is in use");
        }
        assertThat(file).isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--now", "a b", "--master.session-file=a b", "--master.session-file=", "", "-f"})
    void wrongUsage(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("Usage: ", "Exit codes:");
        assertThat(out.size()).isZero();
    }

    @Test
    void help() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("Usage: ").contains("\n  3  ");
    }

    @Test
    void anEarlyRunSaysNothingOfWhatItDidNotDo() throws IOException {
        EarlySettings settings = settings("--master.session-file=" + file);

        assertThat(ReleaseCommand.runEarly(settings())).isEmpty();
        assertThat(ReleaseCommand.runEarly(settings)).isEmpty();
        assertThat(file).doesNotExist();
        record(Loopback.address(Loopback.freePort()));
        assertThat(ReleaseCommand.runEarly(settings)).isEmpty();
        try (SessionFile used = SessionFile.open(file)) {
            assertThat(used).hasToString(file.toString());
            assertThat(ReleaseCommand.runEarly(settings)).isEmpty();
        }
        Files.writeString(file, "else");
        assertThat(ReleaseCommand.runEarly(settings)).isEmpty();
        assertThat(file).hasContent("else");
    }

    private void record(String servers) {
        try (SessionFile dead = SessionFile.open(file)) {
            dead.record(servers, null, 7, new byte[16], Duration.ofSeconds(10));
        }
    }

    private int run(String... args) {
        return command().run(List.of(args), settings(args));
    }

    private ReleaseCommand command() {
        return new ReleaseCommand(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private static EarlySettings settings(String... args) {
        return new EarlySettings(args, new Properties(), Map.of());
    }

    private void assertOneLine(ByteArrayOutputStream stream, String part) {
        assertThat(stream.toString(UTF_8)).contains(part).hasLineCount(1);
        assertThat(out.size() + err.size()).as("other output").isEqualTo(stream.size());
    }
}
