package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.election.Standing;
import io.masterlatch.election.UtcMillis;
import io.masterlatch.latch.MasterLatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers who stands for election. The line of succession is read from ZooKeeper, at most once a second however many ask, and
 * without a thread that waits.
 */
@RestController
class CandidatesController {

    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_SECONDS = 5;

    private final MasterLatch latch;
    private @Nullable CompletableFuture<List<Standing>> latest;
    private long asked;

    CandidatesController(MasterLatch latch) {
        this.latch = latch;
    }

    /** 200 with the line of succession; 503 when ZooKeeper cannot be asked. */
    @RequestMapping(
            path = "/candidates",
            method = {RequestMethod.GET, RequestMethod.HEAD},
            produces = MediaType.APPLICATION_JSON_VALUE)
    CompletableFuture<ResponseEntity<?>> candidates() {
        return line().handle((line, failure) -> failure == null ? ResponseEntity.ok(view(line)) : cannotTell(failure));
    }

    private synchronized CompletableFuture<List<Standing>> line() {
        long now = System.nanoTime();
        // A failure is kept as well: who cannot be asked is not asked more often.
        if (latest == null || (latest.isDone() && now - asked > FRESH)) {
            latest = latch.candidates().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
            asked = now;
        }
        return latest;
    }

    private List<CandidateView> view(List<Standing> line) {
        long now = System.nanoTime();
        Mastership mastership = latch.mastership();
        boolean known = mastership.role(now) != Role.UNKNOWN;
        long holder = mastership.master(now).map(master -> master.session()).orElse(0L);
        return IntStream.range(0, line.size())
                .mapToObj(place -> {
                    Standing standing = line.get(place);
                    Role held = standing.candidate().session() == holder ? Role.MASTER : Role.STANDBY;
                    return CandidateView.of(standing, known ? held : Role.UNKNOWN, place + 1);
                })
                .toList();
    }

    private ResponseEntity<?> cannotTell(Throwable failure) {
        Mastership mastership = latch.mastership();
        Role role = mastership.role(System.nanoTime());
        String why = failure instanceof TimeoutException
                ? "no answer within " + PATIENCE_SECONDS + " s"
                : failure.getMessage();
        String detail = "ZooKeeper cannot be asked who stands for election: " + why;
        return Problems.of(HttpStatus.SERVICE_UNAVAILABLE, "unknown", detail, mastership.self(), role);
    }

    /**
     * One candidate.
     *
     * @param address the address it advertises; null when its node tells none
     * @param role MASTER or STANDBY; UNKNOWN when this instance cannot tell who is master
     * @param place its place in the line, from 1
     * @param since since when it has stood there
     * @param session its ZooKeeper session
     */
    @JsonPropertyOrder({"address", "role", "place", "since", "session"})
    record CandidateView(@Nullable String address, Role role, int place, String since, String session) {

        static CandidateView of(Standing standing, Role role, int place) {
            String session = Session.name(standing.candidate().session());
            return new CandidateView(standing.address(), role, place, UtcMillis.text(standing.since()), session);
        }
    }
}
