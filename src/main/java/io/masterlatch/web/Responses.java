package io.masterlatch.web;

import io.masterlatch.election.Role;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes responses. The content type is set in each, so that nothing depends on which charset a client accepts. JSON is
 * written here, so that it does not depend on how an application has configured Jackson.
 */
final class Responses {

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
    private static final JsonMapper PROBLEMS = JsonMapper.builder()
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();
    private static final String RETRY_SECONDS = "1";

    private Responses() {}

    // Written by Spring, which adds the path of the request: the fields keep their names whatever an application calls
    // its own.
    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    private static final class Problem extends ProblemDetail {}

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
        ProblemDetail problem = new Problem();
        problem.setStatus(status);
        problem.setDetail(detail);
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

    /** Writes a problem where no controller answers. */
    static void write(ProblemDetail problem, HttpServletResponse response) throws IOException {
        response.setStatus(problem.getStatus());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(PROBLEMS.writeValueAsBytes(problem));
    }

    static URI type(String type) {
        return URI.create("urn:masterlatch:problem:" + type);
    }
}
