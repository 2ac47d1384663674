package io.masterlatch.election;

import org.jspecify.annotations.Nullable;

/**
 * One change of this instance's role or of the master it knows.
 *
 * @param from the role before
 * @param to the role after
 * @param previous the master before; null when there was none or it was unknown
 * @param master the master after; null when there is none or it is unknown
 * @param cause why, for an operator
 */
public record MastershipChange(
        Role from,
        Role to,
        @Nullable Master previous,
        @Nullable Master master,
        String cause) {}
