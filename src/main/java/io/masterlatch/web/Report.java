package io.masterlatch.web;

import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * What there is to say about who is master, in each form in which it is asked, for as long as nothing changes.
 *
 * @param mastership the snapshot it was made from
 * @param role the role for which it holds
 * @param found whether there is a master to tell
 * @param event for an event stream
 * @param source makes the response
 */
record Report(Mastership mastership, Role role, boolean found, Event event, Supplier<ResponseEntity<?>> source) {

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
