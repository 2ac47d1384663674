package io.masterlatch.web;

import io.masterlatch.election.Role;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes responses. The content type is set in each, so that nothing depends on which charset a client accepts. JSON is written here,
 * so that it does not depend on how an application has configured Jackson.
 */
final class Responses {

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
    private static final String RETRY_SECONDS = "1";

    private Responses() {}

    static byte[] bytes(Object view) {
        return JsonMapper.shared().writeValueAsBytes(view);
    }

    static ResponseEntity<byte[]> json(Object view) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(bytes(view));
    }

    /** One line of text, for scripts. */
    static ResponseEntity<byte[]> text(String line) {
        return ResponseEntity.ok().contentType(TEXT).body((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A problem of RFC 9457, whatever the client accepts. It names the instance that answers, and its role. */
    static ResponseEntity<ProblemDetail> problem(
            HttpStatus status, String type, String detail, String self, Role role) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type(type));
        problem.setProperty("self", self);
        problem.setProperty("role", role);
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        return response.body(problem);
    }

    static URI type(String type) {
        return URI.create("urn:masterlatch:problem:" + type);
    }
}
