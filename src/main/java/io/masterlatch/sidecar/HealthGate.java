package io.masterlatch.sidecar;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.sidecar.Fitness.State;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Suspends the candidacy while the application is not healthy: from the start until a first check succeeds, and again after checks have
 * failed for longer than a grace. A check that hangs fails; no second one is begun beside it.
 */
public final class HealthGate implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(HealthGate.class);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MasterLatch latch;
    private final HealthCheck check;
    private final Pace pace;
    private volatile @Nullable Watch watch;

    /**
     * When to check, and what follows.
     *
     * @param interval the pause between two checks
     * @param timeout how long a check may take
     * @param grace for how long checks may fail before the candidacy is suspended
     * @param recovery how many checks in a row must succeed before it is resumed
     */
    public record Pace(Duration interval, Duration timeout, Duration grace, int recovery) {}

    /**
     * Makes a gate, which is open until it is started.
     *
     * @param latch the latch to suspend
     * @param check asks the application
     * @param pace when to check, and what follows
     */
    public HealthGate(MasterLatch latch, HealthCheck check, Pace pace) {
        this.latch = latch;
        this.check = check;
        this.pace = pace;
    }

    /** Just before the latch, so that it is no candidate before a first check has succeeded. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public void start() {
        latch.suspend("the application (" + check + ") has not been healthy yet");
        log.info("This instance becomes a candidate when the application ({}) is healthy", check);
        Watch begun = new Watch();
        watch = begun;
        begun.start();
    }

    @Override
    public void stop() {
        Watch present = watch;
        if (present != null) {
            watch = null;
            present.stop();
        }
    }

    @Override
    public boolean isRunning() {
        return watch != null;
    }

    /** The checks from a start to a stop. */
    private final class Watch {

        private final Fitness fitness = new Fitness(pace.grace(), pace.recovery());
        private final ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(named("masterlatch-health"));
        private final ExecutorService asking = Executors.newSingleThreadExecutor(named("masterlatch-health-check"));
        private @Nullable Future<Optional<String>> pending;
        private State state = State.UNPROVEN;
        private @Nullable String lastAilment;

        void start() {
            clock.scheduleWithFixedDelay(this::look, 0, pace.interval().toMillis(), TimeUnit.MILLISECONDS);
        }

        void stop() {
            clock.shutdownNow();
            try {
                // Whoever starts again at once is not to be let in by a check from before.
                clock.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
            asking.shutdownNow();
        }

        private void look() {
            try {
                judge(ask().orElse(null), System.nanoTime());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error unexpected) {
                // An exception that escapes would end the schedule, and leave the gate as it is for ever.
                log.error("The check of the application's health failed", unexpected);
            }
        }

        private Optional<String> ask() throws InterruptedException {
            if (pending != null && !pending.isDone()) {
                return late();
            }
            pending = asking.submit(check::ailment);
            try {
                return pending.get(pace.timeout().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                return late();
            } catch (ExecutionException ex) {
                return Optional.of("the check failed: " + ex.getCause());
            }
        }

        private Optional<String> late() {
            return Optional.of("no answer within " + pace.timeout().toMillis() + " ms");
        }

        private void judge(@Nullable String ailment, long now) {
            State before = state;
            state = fitness.checked(ailment, now);
            if (state == State.FIT && before != State.FIT) {
                admit(before == State.UNPROVEN ? "is healthy" : "is healthy again");
            } else if (state == State.UNFIT && before != State.UNFIT) {
                String why = ailing(ailment);
                log.warn("The candidacy is suspended: {}", why);
                latch.suspend(why);
            } else if (state != State.FIT && ailment != null && !ailment.equals(lastAilment)) {
                latch.suspend(
                        state == State.UNFIT
                                ? ailing(ailment)
                                : "the application (" + check + ") has not been healthy yet: " + ailment);
            }
            lastAilment = ailment;
        }

        private void admit(String how) {
            log.info("The application ({}) {}; the candidacy is no longer suspended", check, how);
            latch.resume("the application " + how);
        }

        private String ailing(@Nullable String ailment) {
            return "the application (" + check + ") is not healthy: " + ailment;
        }
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
