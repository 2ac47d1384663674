package io.masterlatch.election;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One change of this instance's role or of the master it knows.
 *
 * @param from the role before
 * @param to the role after
 * @param previous the master before; null when there was none or this instance could not tell
 * @param master the master after; null when there is none or this instance cannot tell
 * @param cause why, in words, for an operator
 */
public record MastershipChange(
        Role from,
        Role to,
        @Nullable Master previous,
        @Nullable Master master,
        String cause) {

    /**
     * Compares two views.
     *
     * @param from the role before
     * @param previous the master before
     * @param to the role after
     * @param master the master after
     * @param cause why it changed
     * @return the change; empty when neither the role nor the master is another one
     */
    static Optional<MastershipChange> between(
            Role from, @Nullable Master previous, Role to, @Nullable Master master, String cause) {
        boolean same = from == to && Objects.equals(previous, master);
        return same ? Optional.empty() : Optional.of(new MastershipChange(from, to, previous, master, cause));
    }
}
