package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.Candidate;
import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.NodeState;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.election.UtcMillis;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers which instances are candidates. The queue is read from ZooKeeper, at most once a second for all clients, and
 * without a thread that waits.
 */
@RestController
class CandidatesController {

    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final MasterLatch latch;
    private final Duration patience;
    private @Nullable CompletableFuture<List<Candidate>> latest;
    private long asked;

    CandidatesController(MasterLatch latch) {
        this(latch, PATIENCE);
    }

    CandidatesController(MasterLatch latch, Duration patience) {
        this.latch = latch;
        this.patience = patience;
    }

    /** 200 with the master and then the candidate queue; 503 when ZooKeeper cannot be asked. */
    @RequestMapping(
            path = WebProperties.BASE_PATH + "/candidates",
            method = {RequestMethod.GET, RequestMethod.HEAD},
            produces = MediaType.APPLICATION_JSON_VALUE)
    CompletableFuture<ResponseEntity<?>> candidates() {
        return queue().handle((queue, failure) ->
                failure == null ? Responses.json(new Answer(latch.getElection(), view(queue))) : unknown(failure));
    }

    private synchronized CompletableFuture<List<Candidate>> queue() {
        long now = System.nanoTime();
        // A failure is kept too, so that there are not more requests while ZooKeeper does not answer.
        if (latest == null || (latest.isDone() && now - asked > FRESH)) {
            latest = latch.candidates().orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
            asked = now;
        }
        return latest;
    }

    private List<CandidateView> view(List<Candidate> queue) {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        boolean known = mastership.role(now) != Role.UNKNOWN;
        String holder = mastership.master(now).map(Master::holder).orElse(null);
        // The node of a master whose lease lapsed stays until its session ends. It is not the next one.
        String last = mastership.state() instanceof NodeState.Held held
                ? held.master().holder()
                : holder;
        List<CandidateView> views = new ArrayList<>();
        int position = 0;
        for (Candidate candidate : queue) {
            // Compared by id, since the latches of a process may share a session.
            if (candidate.node().id().equals(holder)) {
                views.add(0, CandidateView.of(candidate, Role.MASTER, 0));
            } else {
                int number = candidate.node().id().equals(last) ? 0 : ++position;
                views.add(CandidateView.of(candidate, known ? Role.STANDBY : Role.UNKNOWN, number));
            }
        }
        return views;
    }

    private ResponseEntity<?> unknown(Throwable failure) {
        Mastership mastership = latch.mastership();
        Role role = mastership.role(latch.now());
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        String why = cause instanceof TimeoutException
                ? "no answer within " + patience.toSeconds() + " s"
                : cause.getMessage();
        String detail = "ZooKeeper cannot be asked for the candidates: " + why;
        return Responses.problem(HttpStatus.SERVICE_UNAVAILABLE, "unknown", detail, mastership.self(), role);
    }

    /** The answer, an object, so that fields can be added. */
    @JsonPropertyOrder({"election", "candidates"})
    private record Answer(String election, List<CandidateView> candidates) {}

    /** The master and a former one that is still there have position 0, the others count from 1. */
    @JsonPropertyOrder({"address", "url", "role", "position", "since", "session"})
    private record CandidateView(
            @Nullable String address, @Nullable String url, Role role, int position, String since, String session) {

        static CandidateView of(Candidate candidate, Role role, int position) {
            String session = Session.name(candidate.session());
            return new CandidateView(
                    candidate.address(), candidate.url(), role, position, UtcMillis.text(candidate.since()), session);
        }
    }
}
