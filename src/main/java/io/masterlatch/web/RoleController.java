package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers what this instance is. Under the name of a role it answers by the status alone, as load balancers want it: 200 when
 * it is that, 503 when it is not, by the same clock as {@link MasterLatch#hasLeadership()}.
 */
@RestController
@RequestMapping(
        // OPTIONS too: some load balancers check by it, and one that is always answered by 200 would take all for
        // masters.
        method = {RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS},
        produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
class RoleController {

    private final MasterLatch latch;
    private final JsonMapper mapper;

    RoleController(MasterLatch latch, JsonMapper mapper) {
        this.latch = latch;
        this.mapper = mapper;
    }

    /** Adds the header Allow to an answer to OPTIONS. */
    @ModelAttribute
    void allow(HttpServletRequest request, HttpServletResponse response) {
        if (HttpMethod.OPTIONS.matches(request.getMethod())) {
            response.setHeader(HttpHeaders.ALLOW, "GET,HEAD,OPTIONS");
        }
    }

    /** What this instance is, and for how long that holds. */
    @RequestMapping("/role")
    ResponseEntity<Answer> role() {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        Role role = mastership.role(now);
        // A number with three digits after the point, which a script can compare as it is.
        BigDecimal seconds = BigDecimal.valueOf(mastership.knownFor(now).toMillis(), 3);
        return ResponseEntity.ok(Answer.of(new CertainRoleView(mastership.self(), role, seconds), role.name(), mapper));
    }

    /** Whether this instance is that. */
    @RequestMapping("/role/{name:master|standby|observer}")
    ResponseEntity<?> is(@PathVariable String name) {
        Mastership mastership = latch.mastership();
        Role role = mastership.role(latch.now());
        if (role == Role.valueOf(name.toUpperCase(Locale.ROOT))) {
            return ResponseEntity.ok(Answer.of(new RoleView(mastership.self(), role), role.name(), mapper));
        }
        String detail = "This instance is " + role + ", not " + name.toUpperCase(Locale.ROOT);
        return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, "other-role", detail, mastership.self(), role);
    }

    @JsonPropertyOrder({"self", "role"})
    private record RoleView(String self, Role role) {}

    @JsonPropertyOrder({"self", "role", "knownForSeconds"})
    private record CertainRoleView(String self, Role role, BigDecimal knownForSeconds) {}
}
