package io.masterlatch.autoconfigure;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.MasterLatch.State;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the latch with the application and stops it. The default phase is the last to start and the first to stop: the
 * latch claims nothing before the web server answers, and has released the lease before the graceful shutdown of the
 * web server begins.
 */
record MasterLatchLifecycle(MasterLatch latch) implements SmartLifecycle {

    @Override
    public void start() {
        latch.start();
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
