package io.masterlatch.autoconfigure;

import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.MasterLatch.State;
import org.springframework.context.SmartLifecycle;

/**
 * Lets the latch take part while the application runs. In the default phase, the last to start and the first to stop, it claims
 * nothing before the web server answers, and has given up the mastership before the web server's graceful shutdown begins.
 */
class MasterLatchLifecycle implements SmartLifecycle {

    private final MasterLatch latch;

    MasterLatchLifecycle(MasterLatch latch) {
        this.latch = latch;
    }

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
