package io.masterlatch.bench;

import io.masterlatch.MasterLatchApplication;
import io.masterlatch.service.ServiceApplication;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The service with two more endpoints than its own, which answer with what never changes. */
public final class ServiceWithConstant {

    private ServiceWithConstant() {}

    /** Takes Spring's arguments. */
    public static void main(String[] args) {
        new ServiceApplication(MasterLatchApplication.class, Constants.class).run(args);
    }

    /** What never changes. */
    @RestController
    public static class Constants {

        private static final Answer ANSWER =
                new Answer("127.0.0.1:12345", 123_456, "2026-11-22T07:35:00.123Z", "127.0.0.1:12345", "MASTER");
        private static final byte[] BYTES = ("{\"master\":\"127.0.0.1:12345\",\"epoch\":123456,"
                        + "\"since\":\"2026-11-22T07:35:00.123Z\",\"self\":\"127.0.0.1:12345\",\"role\":\"MASTER\"}")
                .getBytes(StandardCharsets.UTF_8);

        /** Returns a record to be written as JSON. */
        @GetMapping(path = "/constant", produces = MediaType.APPLICATION_JSON_VALUE)
        public Answer constant() {
            return ANSWER;
        }

        /** Returns bytes as they are sent. */
        @GetMapping(path = "/constant-bytes", produces = MediaType.APPLICATION_JSON_VALUE)
        public ResponseEntity<byte[]> bytes() {
            return ResponseEntity.ok(BYTES);
        }
    }

    /** What {@code GET /master} answers, of the same length. */
    public record Answer(String master, long epoch, String since, String self, String role) {}
}
