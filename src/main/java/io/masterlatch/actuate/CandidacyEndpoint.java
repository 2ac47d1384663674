package io.masterlatch.actuate;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Session;
import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * Lets an operator withdraw this instance from the election, have it stand again, and hand the mastership over.
 *
 * <p>Whoever may call it may do that. So it is not there unless it is exposed by name or with all others, and then only to be read, unless
 * {@code management.endpoint.candidacy.access} is {@code unrestricted}.
 */
@WebEndpoint(id = CandidacyEndpoint.ID, defaultAccess = Access.READ_ONLY)
public class CandidacyEndpoint {

    static final String ID = "candidacy";

    private static final Logger log = LoggerFactory.getLogger(CandidacyEndpoint.class);

    private static final int LONGEST_WAIT = 60;
    private static final int USUAL_WAIT = 10;
    // So long may the waits that a hand-over consists of last beyond their own limits.
    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final int LONGEST_TEXT = 512;
    private static final int ACCEPTED = 202;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final String NOTHING_GIVEN_UP = "; nothing was given up";

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
     * @return {@code master} and {@code epoch} if there is one, {@code self}, {@code role}, {@code stands} and, when it is barred from
     *     standing, {@code barred} with the reason
     */
    @ReadOperation
    public Map<String, Object> read() {
        Mastership mastership = latch.mastership();
        return present(mastership, mastership.master(System.nanoTime()).orElse(null));
    }

    /**
     * Changes how this instance takes part.
     *
     * @param action {@code withdraw}, {@code stand} or {@code hand-over}
     * @param to only for a hand-over: the address of the candidate who is to be master; by default the first in line
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
            return refused("action is missing; send JSON such as {\"action\":\"hand-over\"}, with withdraw, stand or"
                    + " hand-over");
        }
        return switch (action) {
            case "withdraw" -> logged("withdraw", withdraw(timeout));
            case "stand" -> logged("stand", stand(timeout));
            case "hand-over" ->
                logged(to == null ? "hand over" : "hand over to " + printable(to), handOver(to, timeout));
            default -> refused("action is '" + action + "'; it must be withdraw, stand or hand-over");
        };
    }

    private static @Nullable Integer seconds(String text) {
        boolean number = text.matches("[0-9]{1,2}");
        int seconds = number ? Integer.parseInt(text) : 0;
        return seconds >= 1 && seconds <= LONGEST_WAIT ? Integer.valueOf(seconds) : null;
    }

    private WebEndpointResponse<Map<String, Object>> withdraw(Duration timeout) {
        boolean led = latch.hasLeadership();
        if (!takesEffect(latch::withdraw, timeout)) {
            return answer(
                    GATEWAY_TIMEOUT,
                    "unconfirmed",
                    "This instance does not stand any more, but ZooKeeper has not confirmed that its session is closed:"
                            + " what it held is held until the session expires");
        }
        return answer(
                WebEndpointResponse.STATUS_OK,
                "withdrawn",
                led
                        ? "This instance has given up the mastership and does not stand any more"
                        : "This instance does not stand any more");
    }

    private WebEndpointResponse<Map<String, Object>> stand(Duration timeout) {
        if (!takesEffect(latch::stand, timeout)) {
            return answer(
                    GATEWAY_TIMEOUT,
                    "unconfirmed",
                    "This instance stands as soon as it reaches ZooKeeper, which it did not in time");
        }
        return latch.barred()
                .map(why -> answer(
                        ACCEPTED, "barred", "This instance stands as soon as nothing bars it any more; now " + why))
                .orElseGet(() -> answer(WebEndpointResponse.STATUS_OK, "standing", "This instance stands"));
    }

    private WebEndpointResponse<Map<String, Object>> handOver(@Nullable String to, Duration timeout) {
        HandOver outcome =
                within(latch.handOver(to, timeout), timeout.multipliedBy(3).plus(SLACK));
        if (outcome instanceof HandOver.Done done) {
            return answer(
                    WebEndpointResponse.STATUS_OK, "handed-over", name(done.master()) + " is master", done.master());
        }
        if (outcome instanceof HandOver.WonByAnother won) {
            return answer(
                    CONFLICT,
                    "won-by-another",
                    "The mastership was given up, and " + name(won.master()) + " became master instead of "
                            + won.wanted() + ", which did not claim it in time",
                    won.master());
        }
        if (outcome instanceof HandOver.NotMaster not) {
            return answer(CONFLICT, "not-master", notMaster(not.master()), not.master());
        }
        if (outcome instanceof HandOver.UnderWay) {
            return answer(CONFLICT, "under-way", "Another hand-over is under way");
        }
        if (outcome instanceof HandOver.NobodyElse) {
            return answer(PRECONDITION_FAILED, "nobody-else", "Nobody else stands" + NOTHING_GIVEN_UP);
        }
        if (outcome instanceof HandOver.UnknownCandidate unknown) {
            return answer(
                    WebEndpointResponse.STATUS_BAD_REQUEST,
                    "unknown-candidate",
                    (unknown.wanted().equals(latch.getId())
                                    ? unknown.wanted() + " is this instance, which is the master already"
                                    : "'" + unknown.wanted() + "' does not stand; others who stand are "
                                            + String.join(", ", unknown.standing()))
                            + NOTHING_GIVEN_UP);
        }
        if (outcome instanceof HandOver.TimedOut late) {
            return answer(GATEWAY_TIMEOUT, "timeout", timedOut(late.master()), late.master());
        }
        if (outcome instanceof HandOver.Failed failed) {
            return answer(
                    WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE,
                    "unreachable",
                    sentence(failed.reason()) + NOTHING_GIVEN_UP);
        }
        return answer(
                WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE,
                "closed",
                "This instance was stopped meanwhile, and is not the master any more; another one can tell who is");
    }

    private String notMaster(@Nullable Master master) {
        if (master == null) {
            return latch.mastership().role(System.nanoTime()) == Role.UNKNOWN
                    ? "This instance is not the master, and cannot tell who is"
                    : "This instance is not the master; there is none";
        }
        return latch.hasLeadership()
                ? "This instance lost the mastership meanwhile, and is master again"
                : "This instance is not the master; " + name(master) + " is: ask there";
    }

    private String timedOut(@Nullable Master master) {
        if (master == null) {
            return "The mastership was given up, and no successor was seen in time";
        }
        return latch.hasLeadership()
                ? "The mastership was given up, but nobody else claimed it: this instance is master again"
                : "The mastership was given up, but ZooKeeper does not have a later master than " + name(master)
                        + " yet";
    }

    /** Whether it is done, and this instance has found out in time how things are then. */
    private boolean takesEffect(Supplier<CompletableFuture<Void>> wish, Duration timeout) {
        CompletableFuture<Void> known = new CompletableFuture<>();
        Consumer<MastershipChange> watch = change -> {
            if (change.to() != Role.UNKNOWN) {
                known.complete(null);
            }
        };
        CompletableFuture<Void> done = wish.get();
        latch.addChangeListener(watch);
        try {
            return Boolean.TRUE.equals(within(
                    done.thenCompose(closed -> isKnown() ? CompletableFuture.completedFuture(null) : known)
                            .thenApply(settled -> true),
                    timeout));
        } finally {
            latch.removeChangeListener(watch);
        }
    }

    private boolean isKnown() {
        return latch.mastership().role(System.nanoTime()) != Role.UNKNOWN;
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
                master != null ? master : mastership.master(System.nanoTime()).orElse(null)));
        return new WebEndpointResponse<>(body, status);
    }

    private Map<String, Object> present(Mastership mastership, @Nullable Master master) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (master != null) {
            body.put("master", name(master));
            body.put("epoch", master.epoch());
        }
        body.put("self", mastership.self());
        body.put("role", mastership.role(System.nanoTime()));
        body.put("stands", mastership.stands());
        latch.barred().ifPresent(why -> body.put("barred", why));
        return body;
    }

    /** Who asks at night why the master has changed finds here who wished it, also if nothing came of it. */
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

    private static String name(Master master) {
        return Objects.requireNonNullElseGet(master.address(), () -> "session " + Session.name(master.session()));
    }

    private static String sentence(String words) {
        return words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** Keeps who may call from writing lines of his own into the log. */
    private static String printable(String text) {
        String line = text.replaceAll("\\p{C}", "?");
        return line.length() <= LONGEST_TEXT ? line : line.substring(0, LONGEST_TEXT) + "...";
    }

    private static <T> @Nullable T within(CompletableFuture<T> future, Duration timeout) {
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
