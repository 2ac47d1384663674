package io.masterlatch.web;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * The answer to the question which instance is master, in each form in which it is asked, for as long as nothing changes.
 *
 * @param mastership the snapshot it was made from
 * @param role the role for which it holds
 * @param master the master for which it holds; null when there is none or this instance cannot tell
 * @param answer the master's address and epoch; null when there is no master, or it has no readable address
 * @param event for an event stream
 * @param source makes the response
 */
record Report(
        Mastership mastership,
        Role role,
        @Nullable Master master,
        @Nullable Answer answer,
        Event event,
        Supplier<ResponseEntity<?>> source) {

    /** Whether it holds for what is true now. The snapshot alone does not say: what it answers changes with time. */
    boolean holds(Mastership presentMastership, Role presentRole, @Nullable Master presentMaster) {
        return mastership == presentMastership && role == presentRole && master == presentMaster;
    }

    /** Whether there is a master with an address. */
    boolean found() {
        return answer != null;
    }

    ResponseEntity<?> response() {
        return source.get();
    }

    ResponseEntity<?> notModified() {
        return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(tag()).build();
    }

    String tag() {
        return event.tag();
    }
}
