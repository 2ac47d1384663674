package io.masterlatch.web;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * The present master, or why there is none to name, in each format. It holds until the snapshot, the role or the master
 * is another.
 *
 * @param mastership the snapshot it was made from
 * @param role the role for which it holds
 * @param master the master for which it holds; null when there is none or it is unknown
 * @param found whether there is a master with an address
 * @param tag the entity tag, the same on every instance; weak, as all formats share it
 * @param event for an event stream
 * @param json makes the response in JSON, or the problem
 * @param text makes the response in plain text, or the problem
 */
record Representation(
        Mastership mastership,
        Role role,
        @Nullable Master master,
        boolean found,
        ETag tag,
        Event event,
        Supplier<ResponseEntity<?>> json,
        Supplier<ResponseEntity<?>> text) {

    /** Returns whether it holds now. The snapshot alone does not say: what it answers changes with time. */
    boolean holds(Mastership presentMastership, Role presentRole, @Nullable Master presentMaster) {
        return mastership == presentMastership && role == presentRole && master == presentMaster;
    }

    ResponseEntity<?> notModified() {
        return ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                .eTag(tag.formattedTag())
                .build();
    }
}
