package io.masterlatch.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Thrown when the start fails for a reason that only a person can change: a setting, a file, a certificate. A retry
 * does not help.
 */
public final class MisconfigurationException extends FailureAnalyzedException {

    /**
     * Creates an exception.
     *
     * @param description what is wrong, with the name of the setting or the file
     * @param action what to do about it
     */
    public MisconfigurationException(String description, String action) {
        super(description, action);
    }

    /**
     * Creates an exception.
     *
     * @param description what is wrong, with the name of the setting or the file
     * @param action what to do about it
     * @param cause what was caught; null for nothing
     */
    public MisconfigurationException(String description, String action, @Nullable Throwable cause) {
        super(description, action, cause);
    }
}
