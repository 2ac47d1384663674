package io.masterlatch.actuate;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Lets an operator withdraw this instance from the election, have it stand again, and hand the mastership over. Whoever may call it
 * may do that, so it is exposed only when asked for.
 */
@Endpoint(id = "candidacy")
public class CandidacyEndpoint {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration USUAL_WAIT = Duration.ofSeconds(10);
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int GATEWAY_TIMEOUT = 504;

    private final MasterLatch latch;

    /**
     * Makes an endpoint.
     *
     * @param latch the latch to steer
     */
    public CandidacyEndpoint(MasterLatch latch) {
        this.latch = latch;
    }

    /**
     * Tells how this instance takes part.
     *
     * @return {@code self}, {@code role} and {@code stands}
     */
    @ReadOperation
    public Map<String, Object> read() {
        return present(latch.mastership());
    }

    /**
     * Changes how this instance takes part.
     *
     * @param action {@code withdraw}, {@code stand} or {@code hand-over}
     * @param to only for a hand-over: the address of the candidate who is to be master; by default the first in line
     * @param timeoutSeconds only for a hand-over: how long to wait for the successor, from 1 to 60; by default 10
     * @return what happened
     */
    @WriteOperation
    public WebEndpointResponse<Map<String, Object>> change(
            String action, @Nullable String to, @Nullable Integer timeoutSeconds) {
        Duration timeout = timeoutSeconds == null ? USUAL_WAIT : Duration.ofSeconds(timeoutSeconds);
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST_WAIT) > 0) {
            return refused(
                    "timeoutSeconds is " + timeoutSeconds + "; it must be from 1 to " + LONGEST_WAIT.toSeconds());
        }
        if (to != null && !action.equals("hand-over")) {
            return refused("to is only for a hand-over");
        }
        return switch (action) {
            case "withdraw" -> {
                within(latch.withdraw(), timeout);
                yield answer(WebEndpointResponse.STATUS_OK, "withdrawn", null);
            }
            case "stand" -> {
                within(latch.stand(), timeout);
                yield answer(WebEndpointResponse.STATUS_OK, "standing", null);
            }
            case "hand-over" -> told(within(latch.handOver(to, timeout), timeout.plusSeconds(5)));
            default -> refused("action is '" + action + "'; it must be withdraw, stand or hand-over");
        };
    }

    private WebEndpointResponse<Map<String, Object>> told(@Nullable HandOver outcome) {
        if (outcome instanceof HandOver.Done done) {
            return answer(WebEndpointResponse.STATUS_OK, "handed over", done.master());
        }
        if (outcome instanceof HandOver.NotMaster not) {
            return answer(CONFLICT, "this instance is not the master", not.master());
        }
        if (outcome instanceof HandOver.NobodyElse) {
            return answer(PRECONDITION_FAILED, "nobody else stands; nothing was given up", null);
        }
        if (outcome instanceof HandOver.UnknownCandidate unknown) {
            return refused("to is '" + unknown.wanted() + "', who does not stand; standing are " + unknown.standing());
        }
        if (outcome instanceof HandOver.Failed failed) {
            return answer(
                    WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, failed.reason() + "; nothing was given up", null);
        }
        Master present = outcome instanceof HandOver.TimedOut late ? late.master() : null;
        return answer(GATEWAY_TIMEOUT, "given up, and no successor was seen in time", present);
    }

    private WebEndpointResponse<Map<String, Object>> refused(String why) {
        return answer(WebEndpointResponse.STATUS_BAD_REQUEST, why, null);
    }

    private WebEndpointResponse<Map<String, Object>> answer(int status, String outcome, @Nullable Master master) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("outcome", outcome);
        if (master != null) {
            body.put("master", String.valueOf(master.address()));
            body.put("epoch", master.epoch());
        }
        body.putAll(present(latch.mastership()));
        return new WebEndpointResponse<>(body, status);
    }

    private static Map<String, Object> present(Mastership mastership) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("self", mastership.self());
        body.put("role", mastership.role(System.nanoTime()));
        body.put("stands", mastership.stands());
        return body;
    }

    private static <T> @Nullable T within(Future<T> future, Duration timeout) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException late) {
            return null;
        }
    }
}
