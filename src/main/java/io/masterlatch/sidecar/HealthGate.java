package io.masterlatch.sidecar;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.Threads;
import io.masterlatch.sidecar.HealthHysteresis.State;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Suspends the candidacy while the application is not healthy: from the start until a first check succeeds, and again
 * when checks have failed for the grace. A check that hangs counts as failed, and no second one starts meanwhile.
 */
final class HealthGate implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(HealthGate.class);

    private final MasterLatch latch;
    private final HealthCheck check;
    private final HealthGateProperties properties;
    private volatile @Nullable Checks checks;

    HealthGate(MasterLatch latch, HealthCheck check, HealthGateProperties properties) {
        this.latch = latch;
        this.check = check;
        this.properties = properties;
    }

    /** Starts before the latch, which is no candidate until a first check has succeeded. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public synchronized void start() {
        latch.suspend(neverHealthy());
        log.info("This instance becomes a candidate when the application ({}) is healthy", check);
        checks = new Checks();
        checks.start();
    }

    @Override
    public synchronized void stop() {
        if (checks != null) {
            checks.scheduler.shutdownNow();
            checks = null;
        }
    }

    @Override
    public boolean isRunning() {
        return checks != null;
    }

    private String neverHealthy() {
        return "the application (" + check + ") has not been healthy yet";
    }

    /** The checks from a start to a stop. */
    private final class Checks {

        private final HealthHysteresis hysteresis = new HealthHysteresis(properties.grace(), properties.recovery());
        private final ScheduledExecutorService scheduler;
        private Future<Optional<String>> pending = CompletableFuture.completedFuture(Optional.empty());
        private State state = State.UNKNOWN;
        private @Nullable String lastProblem;

        Checks() {
            // One that keeps time, and one that may hang in a check.
            scheduler = new ScheduledThreadPoolExecutor(
                    2, Threads.named("masterlatch-health"), new ThreadPoolExecutor.DiscardPolicy());
        }

        void start() {
            scheduler.scheduleWithFixedDelay(
                    this::check, 0, properties.interval().toMillis(), TimeUnit.MILLISECONDS);
        }

        private void check() {
            try {
                String problem = ask().orElse(null);
                synchronized (HealthGate.this) {
                    if (checks == this) {
                        judge(problem);
                    }
                }
            } catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error ex) {
                // An exception that escapes would end the schedule, and leave the gate as it is for ever.
                log.error("The check of the application's health failed", ex);
            }
        }

        private Optional<String> ask() throws InterruptedException {
            Optional<String> late =
                    Optional.of("no answer within " + properties.timeout().toMillis() + " ms");
            if (!pending.isDone()) {
                return late;
            }
            pending = scheduler.submit(check::problem);
            try {
                return pending.get(properties.timeout().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException ex) {
                return late;
            } catch (ExecutionException ex) {
                return Optional.of("the check failed: " + ex.getCause());
            }
        }

        private void judge(@Nullable String problem) {
            State before = state;
            state = hysteresis.update(problem == null, System.nanoTime());
            if (state == State.HEALTHY && before != State.HEALTHY) {
                admit(before == State.UNKNOWN ? "" : " again");
            } else if (state == State.UNHEALTHY && before != State.UNHEALTHY) {
                log.warn("The candidacy is suspended: {}", unhealthy(problem));
                latch.suspend(unhealthy(problem));
            } else if (state != State.HEALTHY && problem != null && !problem.equals(lastProblem)) {
                latch.suspend(state == State.UNKNOWN ? neverHealthy() + ": " + problem : unhealthy(problem));
            }
            lastProblem = problem;
        }

        private void admit(String again) {
            latch.resume("the application is healthy" + again);
            log.info("Application ({}) is healthy{}; this instance is a candidate{}", check, again, again);
        }

        private String unhealthy(@Nullable String problem) {
            return "the application (" + check + ") is not healthy: " + problem;
        }
    }
}
