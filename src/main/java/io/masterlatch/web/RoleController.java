package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.latch.Warnings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
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

/**
 * Answers what this instance is. Under the name of a role it answers by the status alone, as load balancers want it:
 * 200 when it is that, 503 when it is not, by the same clock as {@link MasterLatch#hasLeadership()}.
 */
@RestController
@RequestMapping(
        path = WebProperties.BASE_PATH + "/role",
        // OPTIONS too: some load balancers check by it, and one that is always answered by 200 would take all for
        // masters.
        method = {RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS})
class RoleController {

    private static final String NAME = "/{name:master|standby|observer}";

    private final MasterLatch latch;

    RoleController(MasterLatch latch) {
        this.latch = latch;
    }

    /** Adds the header Allow to an answer to OPTIONS. */
    @ModelAttribute
    void allow(HttpServletRequest request, HttpServletResponse response) {
        if (HttpMethod.OPTIONS.matches(request.getMethod())) {
            response.setHeader(HttpHeaders.ALLOW, "GET,HEAD,OPTIONS");
        }
    }

    /** What this instance is, for how long that holds, and what health says about the election. */
    @RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<?> role() {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        // A number with three digits after the point, which a script can compare as it is.
        BigDecimal seconds = BigDecimal.valueOf(mastership.knownFor(now).toMillis(), 3);
        return Responses.json(new CertainRoleView(
                latch.getElection(),
                mastership.self(),
                mastership.role(now),
                seconds,
                mastership.problem(now).orElse(null),
                Warnings.of(latch, mastership).orElse(null)));
    }

    @RequestMapping(produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<?> roleText() {
        return Responses.text(latch.mastership().role(latch.now()).name());
    }

    /** Whether this instance has that role. */
    @RequestMapping(path = NAME, produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<?> is(@PathVariable String name) {
        return is(name, (self, role) -> Responses.json(new RoleView(latch.getElection(), self, role)));
    }

    @RequestMapping(path = NAME, produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<?> isText(@PathVariable String name) {
        return is(name, (self, role) -> Responses.text(role.name()));
    }

    private ResponseEntity<?> is(String name, BiFunction<String, Role, ResponseEntity<?>> answer) {
        Mastership mastership = latch.mastership();
        Role role = mastership.role(latch.now());
        Role asked = Role.valueOf(name.toUpperCase(Locale.ROOT));
        String detail = "This instance is " + role + ", not " + asked;
        return role == asked
                ? answer.apply(mastership.self(), role)
                : Responses.problem(HttpStatus.SERVICE_UNAVAILABLE, "other-role", detail, mastership.self(), role);
    }

    @JsonPropertyOrder({"election", "self", "role"})
    private record RoleView(String election, String self, Role role) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"election", "self", "role", "knownForSeconds", "problem", "warning"})
    private record CertainRoleView(
            String election,
            String self,
            Role role,
            BigDecimal knownForSeconds,
            @Nullable String problem,
            @Nullable String warning) {}
}
