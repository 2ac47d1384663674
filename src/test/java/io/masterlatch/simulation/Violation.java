package io.masterlatch.simulation;

/** What must never happen has happened. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1;

    Violation(String message) {
        super(message);
    }
}
