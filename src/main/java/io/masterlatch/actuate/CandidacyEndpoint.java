package io.masterlatch.actuate;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.http.HttpStatus;

/**
 * Withdraws this instance's candidacy, joins again, and hands the mastership over, for an operator.
 *
 * <p>Any caller may do that. So it is there only if it is exposed by name or with all others, and then only to be read,
 * unless {@code management.endpoint.candidacy.access} is {@code unrestricted}.
 */
@WebEndpoint(id = CandidacyEndpoint.ID, defaultAccess = Access.READ_ONLY)
record CandidacyEndpoint(MasterLatch latch) {

    static final String ID = "candidacy";

    private static final Logger log = LoggerFactory.getLogger(CandidacyEndpoint.class);

    private static final String TIMEOUT = "10";
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final int LONGEST_TEXT = 512;

    /**
     * An answer: the status, the outcome in one word and in words, and the master and the URL of its service if the
     * outcome names them.
     */
    private record Answer(
            HttpStatus status,
            String outcome,
            String message,
            @Nullable Master master,
            @Nullable String url) {

        Answer(HttpStatus status, String outcome, String message) {
            this(status, outcome, message, null, null);
        }

        static Answer refused(String why) {
            return new Answer(HttpStatus.BAD_REQUEST, "refused", why);
        }
    }

    /** Returns how this instance takes part. */
    @ReadOperation
    Map<String, Object> read() {
        return state(null);
    }

    /**
     * Changes how this instance takes part.
     *
     * @param action {@code withdraw}, {@code join} or {@code hand-over}
     * @param to only for a hand-over: the address of the candidate that is to be master; by default the first in the
     * queue
     * @param timeoutSeconds how long to wait for the outcome, from 1 to 60; by default 10
     * @return the outcome in one word and in words, and how this instance takes part now
     */
    @WriteOperation
    WebEndpointResponse<Map<String, Object>> change(
            @Nullable String action, @Nullable String to, @Nullable String timeoutSeconds) {
        Answer answer = answer(action, to, timeoutSeconds == null ? TIMEOUT : timeoutSeconds);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("outcome", answer.outcome());
        body.put("message", answer.message());
        if (answer.url() != null) {
            body.put("url", answer.url());
        }
        body.putAll(state(answer.master()));
        return new WebEndpointResponse<>(body, answer.status().value());
    }

    private Answer answer(@Nullable String action, @Nullable String to, String seconds) {
        if (!seconds.matches("[1-9]|[1-5][0-9]|60")) {
            return Answer.refused("timeoutSeconds is '" + seconds + "'; it must be a whole number from 1 to 60");
        }
        if (to != null && !"hand-over".equals(action)) {
            return Answer.refused("to is only for the action hand-over");
        }
        if (action == null) {
            return Answer.refused(
                    "action is missing; send JSON such as {\"action\":\"hand-over\"}, with withdraw, join or"
                            + " hand-over");
        }
        Duration timeout = Duration.ofSeconds(Long.parseLong(seconds));
        return switch (action) {
            case "withdraw" -> logged(action, withdraw(timeout));
            case "join" -> logged(action, join(timeout));
            case "hand-over" -> logged(to == null ? "hand over" : "hand over to " + to, handOver(to, timeout));
            default -> Answer.refused("action is '" + action + "'; it must be withdraw, join or hand-over");
        };
    }

    private Answer withdraw(Duration timeout) {
        ReleaseOutcome outcome = within(latch.withdraw(), timeout);
        if (outcome == null || outcome == ReleaseOutcome.UNCONFIRMED) {
            return new Answer(
                    HttpStatus.GATEWAY_TIMEOUT,
                    "unconfirmed",
                    "This instance is no longer a candidate. ZooKeeper has not confirmed that it released the lease: if it"
                            + " held the lease, the lease lapses");
        }
        String released = outcome == ReleaseOutcome.RELEASED ? "has released the lease and is" : "is";
        return new Answer(HttpStatus.OK, "withdrawn", "This instance " + released + " no longer a candidate");
    }

    private Answer join(Duration timeout) {
        CompletableFuture<Boolean> joined = new CompletableFuture<>();
        Consumer<MastershipChange> watch = change -> {
            if (isCandidate(change.to())) {
                joined.complete(true);
            }
        };
        latch.addChangeListener(watch);
        try {
            latch.join();
            String suspended = latch.suspended().orElse(null);
            if (suspended != null) {
                return new Answer(
                        HttpStatus.ACCEPTED,
                        "suspended",
                        "This instance becomes a candidate when its candidacy is no longer suspended; now "
                                + suspended);
            }
            boolean candidate = isCandidate(latch.mastership().role(latch.now())) || within(joined, timeout) != null;
            return candidate
                    ? new Answer(HttpStatus.OK, "joined", "This instance is a candidate")
                    : new Answer(
                            HttpStatus.GATEWAY_TIMEOUT,
                            "unconfirmed",
                            "This instance becomes a candidate as soon as ZooKeeper answers, which it did not in time");
        } finally {
            latch.removeChangeListener(watch);
        }
    }

    private static boolean isCandidate(Role role) {
        return role == Role.STANDBY || role == Role.MASTER;
    }

    private Answer handOver(@Nullable String to, Duration timeout) {
        // It asks for the candidates, releases the lease, and waits for the successor.
        Duration longest =
                timeout.multipliedBy(2).plus(latch.mastership().leaseLength()).plus(SLACK);
        HandOver done = within(latch.handOver(to, timeout), longest);
        if (done == null) {
            return new Answer(HttpStatus.GATEWAY_TIMEOUT, "unconfirmed", "The hand-over is still under way");
        }
        HttpStatus status = switch (done.outcome()) {
            case HANDED_OVER -> HttpStatus.OK;
            case WON_BY_ANOTHER, NOT_MASTER, UNDER_WAY -> HttpStatus.CONFLICT;
            case NO_OTHER_CANDIDATE -> HttpStatus.PRECONDITION_FAILED;
            case UNKNOWN_CANDIDATE -> HttpStatus.BAD_REQUEST;
            case TIMED_OUT -> HttpStatus.GATEWAY_TIMEOUT;
            case UNREACHABLE, CLOSED -> HttpStatus.SERVICE_UNAVAILABLE;
        };
        String outcome = done.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
        Master master = done.master();
        String url = done.outcome() == HandOver.Outcome.NOT_MASTER && master != null ? url(master, timeout) : null;
        return new Answer(status, outcome, done.message(), master, url);
    }

    /**
     * Returns where the service of the master is reached, which is to be asked instead; null when that is not known.
     */
    private @Nullable String url(Master master, Duration timeout) {
        List<Candidate> candidates = within(latch.candidates(), timeout);
        return candidates == null
                ? null
                : candidates.stream()
                        .filter(candidate -> candidate.node().id().equals(master.holder()))
                        .map(Candidate::url)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private Map<String, Object> state(@Nullable Master known) {
        Mastership mastership = latch.mastership();
        Master master = known != null ? known : mastership.master(latch.now()).orElse(null);
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("election", latch.getElection());
        if (master != null) {
            MasterInfoContributor.describe(master, state::put);
        }
        state.put("self", mastership.self());
        state.put("role", mastership.role(latch.now()));
        state.put("candidate", mastership.candidate());
        latch.suspended().ifPresent(why -> state.put("suspended", why));
        return state;
    }

    /** Logs each request, also one without effect: the log then says why the master has changed. */
    private static Answer logged(String asked, Answer answer) {
        log.atLevel(answer.status() == HttpStatus.OK ? Level.INFO : Level.WARN)
                .log("Asked to {}: {}", printable(asked), printable(answer.message()));
        return answer;
    }

    /** Keeps callers from writing lines of their own into the log. */
    private static String printable(String text) {
        String line = text.replaceAll("\\p{C}", "?");
        return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT) + "...";
    }

    private static <T> @Nullable T within(CompletableFuture<T> future, Duration timeout) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException ex) {
            return null;
        }
    }
}
