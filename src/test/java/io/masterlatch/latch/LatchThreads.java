package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Finds, after each test, that no latch of that test has left a thread behind, and makes waiting for threads short. */
public final class LatchThreads implements BeforeEachCallback, AfterEachCallback {

    // What an earlier test has left is not this one's fault.
    private Set<Thread> before = Set.of();

    @Override
    public void beforeEach(ExtensionContext context) {
        before = alive().collect(Collectors.toSet());
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Awaitility.reset();
        // A listener's thread may still be on its way out of the last call.
        awaitNone();
    }

    /** Waits until all have ended: a thread can outlive the wait for its executor by a moment. */
    public void awaitNone() {
        await("no thread is left")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(names()).isEmpty());
    }

    /** Whether all of this test's latches' threads wait for something to do. */
    public boolean areWaiting() {
        return own().allMatch(thread ->
                thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
    }

    /** Returns the names of the threads of this test's latches. */
    public List<String> names() {
        return own().map(Thread::getName).sorted().toList();
    }

    private Stream<Thread> own() {
        return alive().filter(thread -> !before.contains(thread));
    }

    private static Stream<Thread> alive() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(thread -> thread.getName().startsWith("masterlatch-"));
    }
}
