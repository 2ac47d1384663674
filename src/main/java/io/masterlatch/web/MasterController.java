package io.masterlatch.web;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers who is master, from memory. No answer is older than the lease: when this instance has had no contact for that long,
 * it says that it cannot tell.
 */
@RestController
class MasterController {

    private final MasterLatch latch;
    private final JsonMapper mapper;
    private volatile @Nullable Prepared prepared;

    MasterController(MasterLatch latch, JsonMapper mapper) {
        this.latch = latch;
        this.mapper = mapper;
    }

    /** 200 with the master, 404 when there is none, 503 when this instance cannot tell. */
    @RequestMapping(
            path = "/master",
            // HEAD comes with GET anyway; named, it is also told to whoever tries another method.
            method = {RequestMethod.GET, RequestMethod.HEAD},
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<?> master() {
        long now = System.nanoTime();
        Mastership mastership = latch.mastership();
        Role role = mastership.role(now);
        Prepared last = prepared;
        if (last != null && last.mastership == mastership && last.role == role) {
            return last.response;
        }
        if (role == Role.UNKNOWN) {
            String why = mastership.problem(now).orElse("it is only just known");
            return Problems.of(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "unknown",
                    "This instance cannot tell who is master: " + why,
                    mastership.self(),
                    role);
        }
        Master master = mastership.master(now).orElse(null);
        if (master == null) {
            String why = mastership.seat() instanceof Seat.Blocked blocked ? ": " + blocked.reason() : "";
            return Problems.of(
                    HttpStatus.NOT_FOUND, "no-master", "There is no master now" + why, mastership.self(), role);
        }
        String address = master.address();
        if (address == null) {
            String why = mastership.seat() instanceof Seat.Held held ? String.valueOf(held.oddity()) : "";
            String detail =
                    "Session " + Session.name(master.session()) + " is master, but does not tell its address: " + why;
            return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, "unreadable", detail, mastership.self(), role);
        }
        MasterView view = MasterView.of(master, address, mastership.self(), role);
        Prepared latest = new Prepared(mastership, role, ResponseEntity.ok(Answer.of(view, view.master(), mapper)));
        prepared = latest;
        return latest.response;
    }

    /** An answer, for as long as nothing changes. That nobody is answered beyond the lease, the role sees to. */
    private record Prepared(Mastership mastership, Role role, ResponseEntity<Answer> response) {}
}
