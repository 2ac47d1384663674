package io.masterlatch.sidecar;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.UtcMillis;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of this instance's role or of the master it knows, to be told to others.
 *
 * @param sequence the number of the change, which rises from change to change of this process
 * @param at when this instance saw it, by its own clock
 * @param self this instance's address
 * @param change what changed
 */
record News(long sequence, Instant at, String self, MastershipChange change) {

    /** Whether it is still so: a frozen process may have had it lying for any time. */
    boolean holds(Mastership mastership, ClockReading now) {
        return mastership.role(now) == change.to()
                && Objects.equals(mastership.master(now).orElse(null), change.master());
    }

    /**
     * Tells it in the words of {@code GET /master}.
     *
     * @return how things are after the change, and how they came about
     */
    View view() {
        Master master = change.master();
        return new View(
                master == null ? null : master.address(),
                master == null ? null : master.epoch(),
                master == null ? null : master.sinceText(),
                self,
                change.to(),
                change.from(),
                change.cause(),
                UtcMillis.text(at),
                sequence);
    }

    /**
     * How things are, as others read it.
     *
     * @param master the master's address; null when there is none, or it is not known or not readable
     * @param epoch the master's epoch; null when there is no master or it is not known
     * @param since since when that one is master
     * @param self the address of the instance that tells
     * @param role its role
     * @param previousRole its role before, the same when only the master is another
     * @param cause why, in words
     * @param at when it saw the change, by its own clock
     * @param sequence the number of the change, which rises from change to change of this process
     */
    @JsonPropertyOrder({"master", "epoch", "since", "self", "role", "previousRole", "cause", "at", "sequence"})
    record View(
            @Nullable String master,
            @Nullable Long epoch,
            @Nullable String since,
            String self,
            Role role,
            Role previousRole,
            String cause,
            String at,
            long sequence) {}
}
