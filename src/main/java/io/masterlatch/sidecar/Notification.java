package io.masterlatch.sidecar;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.UtcMillis;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of this instance's role or of the master it knows.
 *
 * @param sequence the number of the change, which rises from change to change of this process
 * @param at when this instance saw it, by its own clock
 * @param election the name of the election
 * @param self this instance's address
 * @param change what changed
 */
record Notification(long sequence, Instant at, String election, String self, MastershipChange change) {

    /** Returns whether it is still so: the process may have been frozen for any time. */
    boolean holds(Mastership mastership, ClockReading now) {
        return mastership.role(now) == change.to()
                && Objects.equals(mastership.master(now).orElse(null), change.master());
    }

    /**
     * Returns what targets receive, in the words of {@code GET /master}: the state after the change, and how it came
     * about.
     */
    Map<String, @Nullable Object> fields() {
        Master master = change.master();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("election", election);
        fields.put("master", master == null ? null : master.address());
        fields.put("epoch", master == null ? null : master.epoch());
        fields.put("since", master == null ? null : master.sinceText());
        fields.put("self", self);
        fields.put("role", change.to());
        fields.put("previousRole", change.from());
        fields.put("cause", change.cause());
        fields.put("at", UtcMillis.text(at));
        fields.put("sequence", sequence);
        return fields;
    }
}
