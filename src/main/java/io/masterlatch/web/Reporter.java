package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says who is master, from memory and by the clock. Nothing it says is older than the lease: when this instance has had no
 * contact for that long, it says that it cannot tell.
 */
@Component
class Reporter {

    private static final String UNKNOWN = "unknown";

    private final MasterLatch latch;
    private final JsonMapper mapper;
    private volatile @Nullable Report last;

    Reporter(MasterLatch latch, JsonMapper mapper) {
        this.latch = latch;
        this.mapper = mapper;
    }

    /** What is true now: a master, that there is none, or that this instance cannot tell. */
    Report now() {
        long now = System.nanoTime();
        Mastership mastership = latch.mastership();
        Role role = mastership.role(now);
        Report known = last;
        // That nobody is answered beyond the lease, the role sees to.
        if (known != null && known.mastership() == mastership && known.role() == role) {
            return known;
        }
        Report latest = report(mastership, role, now);
        last = latest;
        return latest;
    }

    /** The last event of every stream. */
    Event farewell() {
        return event(UNKNOWN, null, new Notice(latch.mastership().self(), Role.UNKNOWN, "This instance is stopping"));
    }

    private Report report(Mastership mastership, Role role, long now) {
        if (role == Role.UNKNOWN) {
            String why = mastership.problem(now).orElse("it is only just known");
            String detail = "This instance cannot tell who is master: " + why;
            return cannotTell(UNKNOWN, null, new Notice(mastership.self(), role, detail), mastership);
        }
        Master master = mastership.master(now).orElse(null);
        if (master == null) {
            String why = mastership.seat() instanceof Seat.Blocked blocked ? ": " + blocked.reason() : "";
            Notice notice = new Notice(mastership.self(), role, "There is no master now" + why);
            Event event = event("no-master", null, notice);
            return refusal(HttpStatus.NOT_FOUND, "no-master", notice, event, mastership);
        }
        String address = master.address();
        if (address == null) {
            String why = mastership.seat() instanceof Seat.Held held ? String.valueOf(held.oddity()) : "";
            String detail =
                    "Session " + Session.name(master.session()) + " is master, but does not tell its address: " + why;
            return cannotTell("unreadable", master.epoch(), new Notice(mastership.self(), role, detail), mastership);
        }
        MasterView view = MasterView.of(master, address, mastership.self(), role);
        Answer answer = Answer.of(view, view.master(), mapper);
        Event event = Event.of("master", master.epoch(), answer.json());
        ResponseEntity<Answer> response = ResponseEntity.ok().eTag(event.tag()).body(answer);
        return new Report(mastership, role, answer, event, () -> response);
    }

    /** In a stream, whatever keeps this instance from telling has one name: a client that missed one would be misled. */
    private Report cannotTell(String type, @Nullable Long epoch, Notice notice, Mastership mastership) {
        Event event = event(UNKNOWN, epoch, notice);
        return refusal(HttpStatus.SERVICE_UNAVAILABLE, type, notice, event, mastership);
    }

    private static Report refusal(HttpStatus status, String type, Notice notice, Event event, Mastership mastership) {
        // A new problem for each request: Spring notes the request's path in it.
        return new Report(
                mastership,
                notice.role,
                null,
                event,
                () -> Problems.of(status, type, notice.detail, notice.self, notice.role, event.tag()));
    }

    private Event event(String name, @Nullable Long epoch, Notice notice) {
        return Event.of(name, epoch, mapper.writeValueAsBytes(notice));
    }

    /** The data of an event that tells no master. */
    @JsonPropertyOrder({"self", "role", "detail"})
    private record Notice(String self, Role role, String detail) {}
}
