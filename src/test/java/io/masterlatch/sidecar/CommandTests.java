package io.masterlatch.sidecar;

import static io.masterlatch.sidecar.Notifications.SELF;
import static io.masterlatch.sidecar.Notifications.gained;
import static io.masterlatch.sidecar.Notifications.lost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Programs that are run for a change. */
@ExtendWith(OutputCaptureExtension.class)
class CommandTests {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void findsTheNotificationInItsEnvironment() throws Exception {
        assertThat(shell("env | grep ^MASTERSHIP_ | sort > env", LONG).deliver(gained(3)))
                .isTrue();
        assertThat(Files.readAllLines(directory.resolve("env")))
                .containsExactly(
                        "MASTERSHIP_AT=2026-11-22T07:35:00.456Z",
                        "MASTERSHIP_CAUSE=claimed the lease, which no instance held",
                        "MASTERSHIP_ELECTION=/master",
                        "MASTERSHIP_EPOCH=7",
                        "MASTERSHIP_MASTER=" + SELF,
                        "MASTERSHIP_PREVIOUS_ROLE=STANDBY",
                        "MASTERSHIP_ROLE=MASTER",
                        "MASTERSHIP_SELF=" + SELF,
                        "MASTERSHIP_SEQUENCE=3",
                        "MASTERSHIP_SINCE=2026-11-22T07:35:00.123Z");

        shell("env | grep ^MASTERSHIP_ | sort > env", LONG).deliver(lost(4));
        assertThat(Files.readAllLines(directory.resolve("env")))
                .contains("MASTERSHIP_MASTER=", "MASTERSHIP_EPOCH=", "MASTERSHIP_SINCE=", "MASTERSHIP_ROLE=UNKNOWN");
    }

    @Test
    void isGivenItsArgumentsAsTheyAreAndNothingToRead(CapturedOutput output) throws Exception {
        Command command = new Command(
                "command 1", List.of("/bin/sh", "-c", "cat; printf '<%s>' \"$@\"", "sh", "a b", "$HOME;x", ""), LONG);

        assertThat(command.deliver(gained(1))).isTrue();

        assertThat(output.getOut()).contains("command 1: <a b><$HOME;x><>");
    }

    @Test
    void hasWhatItPrintsLogged(CapturedOutput output) throws Exception {
        shell("echo to the one; echo to the other >&2; printf unfinished", LONG).deliver(gained(1));

        assertThat(output.getOut())
                .contains("command 1: to the one", "command 1: to the other", "command 1: unfinished");
    }

    @Test
    void printsWithoutEndAndIsEndedInTime() throws Exception {
        long begun = System.nanoTime();
        assertThat(shell("yes", Duration.ofMillis(500)).deliver(gained(1))).isFalse();
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }

    @Test
    void printsMoreThanAPipeHoldsAndEndsByItself(CapturedOutput output) throws Exception {
        assertThat(shell("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo done", LONG)
                        .deliver(gained(1)))
                .isTrue();
        assertThat(output.getOut()).contains("command 1: done");
    }

    @Test
    void failsAndIsNotRunAgain(CapturedOutput output) throws Exception {
        assertThat(shell("exit 3", LONG).deliver(gained(1))).isFalse();
        assertThat(output.getOut()).contains("command 1 failed: it ended with 3");

        Command missing = new Command("command 2", List.of(directory + "/missing"), LONG);
        assertThat(missing.deliver(gained(1))).isFalse();
        assertThat(output.getOut()).contains("command 2 failed: it could not be run: ");
    }

    @Test
    void isEndedWithAllThatItStartedWhenItTakesTooLong(CapturedOutput output) throws Exception {
        // One that ends at SIGTERM, and one that does not.
        Command command = shell(
                "sleep 1000 & echo $! > one; /bin/sh -c 'trap \"\" TERM; echo $$ > two; while :; do sleep 1; done' & wait",
                Duration.ofSeconds(5));

        assertThat(command.deliver(gained(1))).isFalse();

        assertThat(output.getOut()).contains("command 1 failed: it was ended after its timeout of 5000 ms");
        await().until(() -> !isAlive("one") && !isAlive("two"));
    }

    @Test
    void mayLeaveSomethingRunningThatHoldsItsOutput(CapturedOutput output) throws Exception {
        long begun = System.nanoTime();
        Command command = shell("sleep 1000 & echo $! > one; echo the last line", LONG);
        assertThat(command.deliver(gained(1))).isTrue();

        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(20));
        assertThat(output.getOut()).contains("command 1: the last line");
        assertThat(isAlive("one")).isTrue();
        ProcessHandle.of(pid("one")).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void isEndedWhenItsThreadIsInterrupted() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        CompletableFuture<Boolean> delivered = CompletableFuture.supplyAsync(() -> {
            thread.set(Thread.currentThread());
            try {
                return shell("echo $$ > one; sleep 1000", LONG).deliver(gained(1));
            } catch (InterruptedException ex) {
                throw new CompletionException(ex);
            }
        });
        await().until(() -> Files.exists(directory.resolve("one")) && Files.size(directory.resolve("one")) > 0);

        thread.get().interrupt();

        assertThatThrownBy(() -> delivered.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        await().until(() -> !isAlive("one"));
    }

    private Command shell(String script, Duration timeout) {
        return new Command("command 1", List.of("/bin/sh", "-c", "cd '" + directory + "'; " + script), timeout);
    }

    private boolean isAlive(String file) throws IOException {
        return ProcessHandle.of(pid(file)).filter(ProcessHandle::isAlive).isPresent();
    }

    private long pid(String file) throws IOException {
        return Long.parseLong(Files.readString(directory.resolve(file)).strip());
    }
}
