package io.masterlatch.autoconfigure;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.MasterLatch.State;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the latch with the application and stops it. The default phase is the last to start and the first to stop: the
 * latch claims nothing before the web server answers, and has released the lease before the graceful shutdown of the
 * web server begins.
 *
 * @param latch the latch
 * @param mode the fixed answer in place of an election; null when there is an election
 */
record MasterLatchLifecycle(MasterLatch latch, @Nullable Mode mode) implements SmartLifecycle {

    // Far more than a start takes that does not ask ZooKeeper.
    private static final long PATIENCE_SECONDS = 10;

    @Override
    public void start() {
        latch.start();
        // Tests call guarded methods at once. It may have been withdrawn, or wait for the health of the application, or
        // be
        // a mock, which never runs.
        if (mode == Mode.ALWAYS && isRunning() && latch.mastership().candidate()) {
            try {
                latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void stop() {
        latch.close();
    }

    @Override
    public boolean isRunning() {
        return latch.getState() == State.STARTED;
    }
}
