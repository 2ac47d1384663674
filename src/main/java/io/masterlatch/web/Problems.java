package io.masterlatch.web;

import io.masterlatch.election.Role;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** What is answered instead of an answer, as RFC 9457 has it; who answers, and in which role, is told all the same. */
final class Problems {

    private static final String RETRY_SECONDS = "1";

    private Problems() {}

    static ResponseEntity<ProblemDetail> of(HttpStatus status, String type, String detail, String self, Role role) {
        return of(status, type, detail, self, role, null);
    }

    /** Makes a problem, with the entity tag, if any, by which a client may wait for something else. */
    static ResponseEntity<ProblemDetail> of(
            HttpStatus status, String type, String detail, String self, Role role, @Nullable String tag) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:masterlatch:problem:" + type));
        problem.setProperty("self", self);
        problem.setProperty("role", role);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(status)
                // Set here, so that it is sent whatever the caller accepts: nobody can be served better by a 406.
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        if (tag != null) {
            response.eTag(tag);
        }
        return response.body(problem);
    }
}
