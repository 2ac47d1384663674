package io.masterlatch.sidecar;

import java.util.Optional;

/** A check of the application's health. Its text names the application in logs. */
@FunctionalInterface
interface HealthCheck {

    /**
     * Checks once, and waits for the answer.
     *
     * @return why the application is not healthy, in words for an operator; empty when it is healthy
     * @throws InterruptedException when the answer is no longer needed
     */
    Optional<String> problem() throws InterruptedException;
}
