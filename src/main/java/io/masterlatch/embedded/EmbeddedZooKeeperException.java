package io.masterlatch.embedded;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The embedded ZooKeeper cannot run: the message says why, {@link #remedy()} what to do, by the settings' names. */
public class EmbeddedZooKeeperException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * Creates an exception for whoever has to put it right.
     *
     * @param problem what is wrong, with the setting and its value
     * @param remedy what to do about it
     * @param cause what was caught, or null
     */
    public EmbeddedZooKeeperException(String problem, String remedy, @Nullable Throwable cause) {
        super(problem, cause);
        this.remedy = Objects.requireNonNull(remedy, "'remedy' must not be null");
    }

    /** Returns what to do about it. */
    public String remedy() {
        return this.remedy;
    }
}
