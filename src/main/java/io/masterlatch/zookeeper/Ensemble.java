package io.masterlatch.zookeeper;

import java.util.Objects;

/**
 * The ZooKeeper servers that hold the election.
 *
 * @param connectString where they are, in the form that a ZooKeeper client takes
 * @param embedded whether this is the embedded server of a trial, in this process or in the one that was joined, and so
 * no place for anything that matters
 */
public record Ensemble(String connectString, boolean embedded) {

    /** Refuses to be without a connect string. */
    public Ensemble {
        Objects.requireNonNull(connectString, "'connectString' must not be null");
    }
}
