package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.NodeState;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers who is master, from memory and by the clock. No answer is older than the lease: when this instance has had no contact for
 * that long, it answers that it cannot tell.
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

    /** Returns what is true now: a master, that there is none, or that this instance cannot tell. */
    Report now() {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        Role role = mastership.role(now);
        Master master = mastership.master(now).orElse(null);
        Report known = last;
        if (known != null && known.holds(mastership, role, master)) {
            return known;
        }
        Report latest = report(mastership, role, master, now);
        last = latest;
        return latest;
    }

    /** Returns the last event of every stream. */
    Event farewell() {
        return event(UNKNOWN, null, new Notice(latch.mastership().self(), Role.UNKNOWN, "This instance is stopping"));
    }

    private Report report(Mastership mastership, Role role, @Nullable Master master, ClockReading now) {
        String self = mastership.self();
        if (role == Role.UNKNOWN) {
            Function<ClockReading, String> detail = at -> "This instance cannot tell who is master: "
                    + mastership.problem(at).orElse("it has just found out");
            return refusal(HttpStatus.SERVICE_UNAVAILABLE, UNKNOWN, UNKNOWN, mastership, role, null, detail, now);
        }
        if (master == null) {
            Function<ClockReading, String> detail = at -> "There is no master now"
                    + mastership.vacancy(at).map(why -> ": " + why).orElse("");
            return refusal(HttpStatus.NOT_FOUND, "no-master", "no-master", mastership, role, null, detail, now);
        }
        String address = master.address();
        if (address == null) {
            String why = mastership.state() instanceof NodeState.Stranger stranger
                    ? String.valueOf(stranger.dataProblem())
                    : "its address is not readable";
            String detail = "Session " + Session.name(master.session()) + " is master, without an address: " + why;
            return refusal(
                    HttpStatus.SERVICE_UNAVAILABLE, "unreadable", UNKNOWN, mastership, role, master, at -> detail, now);
        }
        MasterView view = MasterView.of(master, address, self, role);
        Answer answer = Answer.of(view, view.master(), mapper);
        Event event = Event.of("master", master.epoch(), answer.json());
        ResponseEntity<Answer> response = ResponseEntity.ok().eTag(event.tag()).body(answer);
        return new Report(mastership, role, master, answer, event, () -> response);
    }

    /** In a stream every reason why this instance cannot tell has one name: a client that missed one would be misled. */
    private Report refusal(
            HttpStatus status,
            String type,
            String eventName,
            Mastership mastership,
            Role role,
            @Nullable Master master,
            Function<ClockReading, String> detail,
            ClockReading now) {
        String self = mastership.self();
        Long epoch = master == null ? null : master.epoch();
        Event event = event(eventName, epoch, new Notice(self, role, detail.apply(now)));
        // A new problem for each request: its spans of time grow, and Spring notes the request's path in it.
        return new Report(
                mastership,
                role,
                master,
                null,
                event,
                () -> Problems.of(status, type, detail.apply(latch.now()), self, role, event.tag()));
    }

    private Event event(String name, @Nullable Long epoch, Notice notice) {
        return Event.of(name, epoch, mapper.writeValueAsBytes(notice));
    }

    /** The data of an event without a master. */
    @JsonPropertyOrder({"self", "role", "detail"})
    private record Notice(String self, Role role, String detail) {}
}
