package io.masterlatch.sidecar;

import java.util.Optional;

/** Asks once whether the application is well. */
@FunctionalInterface
public interface HealthCheck {

    /**
     * Asks, and waits for the answer.
     *
     * @return what ails the application, in words for an operator; empty when it is well
     * @throws InterruptedException when nobody waits for the answer any more
     */
    Optional<String> ailment() throws InterruptedException;
}
