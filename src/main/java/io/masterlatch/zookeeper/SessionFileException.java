package io.masterlatch.zookeeper;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A session file cannot be used; the message says why, {@link #remedy()} what to do. */
public class SessionFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean inUse;

    private final String remedy;

    SessionFileException(boolean inUse, String problem, String remedy, @Nullable Throwable cause) {
        super(problem, cause);
        this.inUse = inUse;
        this.remedy = Objects.requireNonNull(remedy, "'remedy' must not be null");
    }

    /** Tells whether the reason is that a live process uses the file. */
    public boolean inUse() {
        return this.inUse;
    }

    /** Returns what to do about it. */
    public String remedy() {
        return this.remedy;
    }
}
