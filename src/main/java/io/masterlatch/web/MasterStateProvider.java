package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.NodeState;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.latch.MasterLatch;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;

/**
 * Provides the present master, from memory and by the clock. No answer is older than the lease: an instance that has
 * had no contact with ZooKeeper for that long does not know.
 */
final class MasterStateProvider {

    private static final String NO_MASTER = "no-master";
    private static final String UNKNOWN = "unknown";
    private static final int TAG_LENGTH = 16;

    private final MasterLatch latch;
    private volatile @Nullable Representation last;

    MasterStateProvider(MasterLatch latch) {
        this.latch = latch;
    }

    /** Returns the present state: a master, no master, or unknown. */
    Representation now() {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        Role role = mastership.role(now);
        Master master = mastership.master(now).orElse(null);
        Representation known = last;
        if (known != null && known.holds(mastership, role, master)) {
            return known;
        }
        Representation latest = represent(mastership, role, master);
        last = latest;
        return latest;
    }

    /** Returns whether this holds for a moment only, so that clients that wait for a change wait on for the successor. */
    boolean isInterim(Representation present) {
        return present.mastership().isSuccessorExpected(latch.now());
    }

    /** Returns the last event of every stream. */
    Event stopping() {
        return event(UNKNOWN, null, latch.mastership().self(), Role.UNKNOWN, "This instance is stopping");
    }

    /** Returns an event that says nothing of the master. */
    Event event(String name, String detail) {
        Representation now = now();
        return event(name, null, now.mastership().self(), now.role(), detail);
    }

    private Representation represent(Mastership mastership, Role role, @Nullable Master master) {
        if (role == Role.UNKNOWN) {
            return problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    UNKNOWN,
                    mastership,
                    role,
                    null,
                    now -> "This instance does not know which instance is master: "
                            + mastership.problem(now).orElse("its own lease has just ended"));
        }
        if (master == null) {
            return problem(
                    HttpStatus.NOT_FOUND,
                    NO_MASTER,
                    mastership,
                    role,
                    null,
                    now -> "There is no master now"
                            + mastership.vacancy(now).map(why -> ": " + why).orElse(""));
        }
        String address = master.address();
        if (address == null) {
            String why = mastership.state() instanceof NodeState.Stranger stranger
                    ? String.valueOf(stranger.dataProblem())
                    : "its address is not readable";
            String detail = "Session " + Session.name(master.session()) + " is master, without an address: " + why;
            return problem(HttpStatus.SERVICE_UNAVAILABLE, "unreadable", mastership, role, master, now -> detail);
        }
        MasterView view = new MasterView(address, master.epoch(), master.sinceText(), mastership.self(), role);
        ETag tag = tag(address + " " + master.epoch());
        ResponseEntity<byte[]> json = tagged(Responses.json(view), tag);
        ResponseEntity<byte[]> text = tagged(Responses.text(address), tag);
        Event event = Event.of("master", master.epoch(), Responses.bytes(view));
        return new Representation(mastership, role, master, true, tag, event, () -> json, () -> text);
    }

    /** Returns the state unknown. All its reasons share one tag, and one name in a stream. */
    private Representation problem(
            HttpStatus status,
            String type,
            Mastership mastership,
            Role role,
            @Nullable Master master,
            Function<ClockReading, String> detail) {
        String name = status == HttpStatus.NOT_FOUND ? NO_MASTER : UNKNOWN;
        ETag tag = tag(name);
        String self = mastership.self();
        Event event = event(name, master == null ? null : master.epoch(), self, role, detail.apply(latch.now()));
        // A new one for each request: its spans of time grow, and Spring writes the request's path into it.
        Supplier<ResponseEntity<?>> response =
                () -> tagged(Responses.problem(status, type, detail.apply(latch.now()), self, role), tag);
        return new Representation(mastership, role, master, false, tag, event, response, response);
    }

    private static ETag tag(String state) {
        String digest = DigestUtils.md5DigestAsHex(state.getBytes(StandardCharsets.UTF_8));
        return new ETag(digest.substring(0, TAG_LENGTH), true);
    }

    private static <T> ResponseEntity<T> tagged(ResponseEntity<T> response, ETag tag) {
        return ResponseEntity.status(response.getStatusCode())
                .headers(response.getHeaders())
                .eTag(tag.formattedTag())
                .body(response.getBody());
    }

    private static Event event(String name, @Nullable Long epoch, String self, Role role, String detail) {
        return Event.of(name, epoch, Responses.bytes(new AbsenceView(self, role, detail)));
    }

    /** The master, in the words of {@code GET /master}. */
    @JsonPropertyOrder({"master", "epoch", "since", "self", "role"})
    private record MasterView(String master, long epoch, String since, String self, Role role) {}

    /** The data of an event without a master. */
    @JsonPropertyOrder({"self", "role", "detail"})
    private record AbsenceView(String self, Role role, String detail) {}
}
