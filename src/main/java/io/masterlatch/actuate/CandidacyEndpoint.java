package io.masterlatch.actuate;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.HandOver.Outcome;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Withdraws this instance's candidacy, joins again, and hands the mastership over, for an operator.
 *
 * <p>Any caller may do that. So it is there only if it is exposed by name or with all others, and then only to be read, unless
 * {@code management.endpoint.candidacy.access} is {@code unrestricted}.
 */
@WebEndpoint(id = CandidacyEndpoint.ID, defaultAccess = Access.READ_ONLY)
public class CandidacyEndpoint {

    static final String ID = "candidacy";

    private static final Logger log = LoggerFactory.getLogger(CandidacyEndpoint.class);

    private static final int LONGEST_WAIT = 60;
    private static final int USUAL_WAIT = 10;
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final int LONGEST_TEXT = 512;
    private static final int ACCEPTED = 202;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final Map<Outcome, Integer> STATUS = new EnumMap<>(Map.of(
            Outcome.HANDED_OVER, WebEndpointResponse.STATUS_OK,
            Outcome.WON_BY_ANOTHER, CONFLICT,
            Outcome.NOT_MASTER, CONFLICT,
            Outcome.UNDER_WAY, CONFLICT,
            Outcome.NOBODY_ELSE, PRECONDITION_FAILED,
            Outcome.UNKNOWN_CANDIDATE, WebEndpointResponse.STATUS_BAD_REQUEST,
            Outcome.TIMED_OUT, GATEWAY_TIMEOUT,
            Outcome.UNREACHABLE, WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE,
            Outcome.CLOSED, WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE));

    private final MasterLatch latch;

    /**
     * Creates an endpoint.
     *
     * @param latch the latch to control
     */
    public CandidacyEndpoint(MasterLatch latch) {
        this.latch = latch;
    }

    /**
     * Returns how this instance takes part.
     *
     * @return {@code master} and {@code epoch} if there is one, {@code self}, {@code role}, {@code candidate} and, when the candidacy is
     *     suspended, {@code suspended} with the reason
     */
    @ReadOperation
    public Map<String, Object> read() {
        Mastership mastership = latch.mastership();
        return present(mastership, mastership.master(latch.now()).orElse(null));
    }

    /**
     * Changes how this instance takes part.
     *
     * @param action {@code withdraw}, {@code join} or {@code hand-over}
     * @param to only for a hand-over: the address of the candidate that is to be master; by default the first in the queue
     * @param timeoutSeconds how long to wait for what was asked for, from 1 to 60; by default 10
     * @return what happened: {@code outcome} in a word, {@code message} in words, and how things are now
     */
    @WriteOperation
    public WebEndpointResponse<Map<String, Object>> change(
            @Nullable String action, @Nullable String to, @Nullable String timeoutSeconds) {
        Integer seconds = timeoutSeconds == null ? Integer.valueOf(USUAL_WAIT) : seconds(timeoutSeconds);
        if (seconds == null) {
            return refused(
                    "timeoutSeconds is '" + timeoutSeconds + "'; it must be a whole number from 1 to " + LONGEST_WAIT);
        }
        if (to != null && !"hand-over".equals(action)) {
            return refused("to is only for the action hand-over");
        }
        Duration timeout = Duration.ofSeconds(seconds);
        if (action == null) {
            return refused("action is missing; send JSON such as {\"action\":\"hand-over\"}, with withdraw, join or"
                    + " hand-over");
        }
        return switch (action) {
            case "withdraw" -> logged("withdraw", withdraw(timeout));
            case "join" -> logged("join", join(timeout));
            case "hand-over" ->
                logged(to == null ? "hand over" : "hand over to " + printable(to), handOver(to, timeout));
            default -> refused("action is '" + action + "'; it must be withdraw, join or hand-over");
        };
    }

    private static @Nullable Integer seconds(String text) {
        boolean number = text.matches("[0-9]{1,2}");
        int seconds = number ? Integer.parseInt(text) : 0;
        return seconds >= 1 && seconds <= LONGEST_WAIT ? Integer.valueOf(seconds) : null;
    }

    private WebEndpointResponse<Map<String, Object>> withdraw(Duration timeout) {
        ReleaseOutcome outcome = within(latch.withdraw(), timeout);
        if (outcome == null || outcome == ReleaseOutcome.UNCONFIRMED) {
            return answer(
                    GATEWAY_TIMEOUT,
                    "unconfirmed",
                    "This instance is no longer a candidate. ZooKeeper has not confirmed that it released the lease: if it"
                            + " held the lease, the lease lapses");
        }
        return answer(
                WebEndpointResponse.STATUS_OK,
                "withdrawn",
                outcome == ReleaseOutcome.RELEASED
                        ? "This instance has released the lease and is no longer a candidate"
                        : "This instance is no longer a candidate");
    }

    private WebEndpointResponse<Map<String, Object>> join(Duration timeout) {
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
                return answer(
                        ACCEPTED,
                        "suspended",
                        "This instance becomes a candidate when its candidacy is no longer suspended; now "
                                + suspended);
            }
            if (!isCandidate(latch.mastership().role(latch.now())) && within(joined, timeout) == null) {
                return answer(
                        GATEWAY_TIMEOUT,
                        "unconfirmed",
                        "This instance becomes a candidate as soon as ZooKeeper answers, which it did not in time");
            }
        } finally {
            latch.removeChangeListener(watch);
        }
        return answer(WebEndpointResponse.STATUS_OK, "joined", "This instance is a candidate");
    }

    private static boolean isCandidate(Role role) {
        return role == Role.STANDBY || role == Role.MASTER;
    }

    private WebEndpointResponse<Map<String, Object>> handOver(@Nullable String to, Duration timeout) {
        // It asks for the candidates, releases the lease, and waits for the successor.
        Duration longest =
                timeout.multipliedBy(2).plus(latch.mastership().leaseLength()).plus(SLACK);
        HandOver done = within(latch.handOver(to, timeout), longest);
        if (done == null) {
            return answer(GATEWAY_TIMEOUT, "unconfirmed", "The hand-over is still under way");
        }
        String outcome = done.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return answer(Objects.requireNonNull(STATUS.get(done.outcome())), outcome, done.message(), done.master());
    }

    private WebEndpointResponse<Map<String, Object>> refused(String why) {
        return answer(WebEndpointResponse.STATUS_BAD_REQUEST, "refused", why);
    }

    private WebEndpointResponse<Map<String, Object>> answer(int status, String outcome, String message) {
        return answer(status, outcome, message, null);
    }

    private WebEndpointResponse<Map<String, Object>> answer(
            int status, String outcome, String message, @Nullable Master master) {
        Mastership mastership = latch.mastership();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("outcome", outcome);
        body.put("message", message);
        body.putAll(present(
                mastership,
                master != null ? master : mastership.master(latch.now()).orElse(null)));
        return new WebEndpointResponse<>(body, status);
    }

    private Map<String, Object> present(Mastership mastership, @Nullable Master master) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (master != null) {
            body.put("master", master.name());
            body.put("epoch", master.epoch());
        }
        body.put("self", mastership.self());
        body.put("role", mastership.role(latch.now()));
        body.put("candidate", mastership.candidate());
        latch.suspended().ifPresent(why -> body.put("suspended", why));
        return body;
    }

    /** Logs each request, also one without effect: the log then says why the master has changed. */
    private static WebEndpointResponse<Map<String, Object>> logged(
            String wish, WebEndpointResponse<Map<String, Object>> answer) {
        Object message = Objects.requireNonNull(answer.getBody()).get("message");
        if (answer.getStatus() == WebEndpointResponse.STATUS_OK) {
            log.info("Asked to {}: {}", wish, message);
        } else {
            log.warn("Asked to {}: {}", wish, printable(String.valueOf(message)));
        }
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
