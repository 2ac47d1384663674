package io.masterlatch.web;

import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * What there is to say about who is master, in each form in which it is asked, for as long as nothing changes.
 *
 * @param mastership the snapshot it was made from
 * @param role the role for which it holds
 * @param answer what there is to tell of the master; null when there is none or this instance cannot tell
 * @param event for an event stream
 * @param source makes the response
 */
record Report(
        Mastership mastership, Role role, @Nullable Answer answer, Event event, Supplier<ResponseEntity<?>> source) {

    /** Whether there is a master to tell. */
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
