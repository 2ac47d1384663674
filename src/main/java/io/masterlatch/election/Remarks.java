package io.masterlatch.election;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an operator should know: what keeps the election from working, and what to look into although it works. */
final class Remarks {

    private static final long SLOW_SHOWN = Duration.ofMinutes(1).toNanos();

    private final String self;
    private final Duration configured;
    private @Nullable String refusal;
    private @Nullable Class<? extends Request> refused;
    private @Nullable String sessionError;
    private @Nullable String sessionWarning;
    private @Nullable String connectError;
    private @Nullable Long fatalSince;
    private @Nullable String queueProblem;
    private final Map<String, String> storeWarnings = new TreeMap<>();
    private @Nullable LeaseRecord twin;
    private boolean twinRenews;
    private long slowUntil;
    private @Nullable String slow;

    Remarks(String self, Duration configured) {
        this.self = self;
        this.configured = configured;
    }

    /** ZooKeeper does not allow a request. */
    void refused(Request request, String why) {
        refusal = why;
        refused = request.getClass();
    }

    /** A request was answered as it should be. */
    void answered(Request request) {
        if (request.getClass() == refused) {
            refusal = null;
        }
    }

    /** The session is another one, which ZooKeeper has refused nothing yet. */
    void newSession() {
        refusal = null;
    }

    void session(Session session, Duration lease, boolean tooShort) {
        Duration asked = session.asked();
        boolean other = asked != null && !asked.equals(session.timeout());
        boolean shorter = lease.compareTo(configured) < 0;
        String granted = "ZooKeeper granted a session timeout of "
                + session.timeout().toMillis() + " ms" + (other ? " instead of " + asked.toMillis() + " ms" : "");
        sessionError = tooShort
                ? granted + ", too short for the shortest lease of " + LeaseRecord.SHORTEST.toMillis() + " ms"
                : null;
        String shortened = shorter
                ? ", which shortens the lease from " + configured.toMillis() + " ms to " + lease.toMillis() + " ms"
                : "";
        sessionWarning = !tooShort && (other || shorter) ? granted + shortened : null;
    }

    /** There is no connection; or, without a reason, there is one again. */
    void connectError(@Nullable String why, boolean fatal, long now) {
        connectError = why;
        fatalSince = !fatal ? null : fatalSince != null ? fatalSince : Long.valueOf(now);
    }

    /** Since when only a new process seems to help; null when it does not seem so. */
    @Nullable
    Long fatalSince() {
        return fatalSince;
    }

    /** This instance is in the queue; or, with a reason, it cannot be. */
    void queueProblem(@Nullable String why) {
        queueProblem = why == null ? null : "this instance is a candidate without a place in the queue: " + why;
    }

    /** There is something to look into, by what it is about; or, with null, nothing any more. */
    void storeWarning(String about, @Nullable String what) {
        storeWarnings.compute(about, (same, before) -> what);
    }

    /**
     * Takes the record of another holder, or null. One under this instance's own address that is renewed has a living
     * author.
     */
    void other(@Nullable LeaseRecord record) {
        LeaseRecord before = twin;
        twin = record != null && self.equals(record.address()) && record.holder() != null ? record : null;
        boolean renewed = twin != null
                && before != null
                && Objects.equals(twin.holder(), before.holder())
                && !Objects.equals(twin.nonce(), before.nonce());
        twinRenews = twin != null && (twinRenews || renewed);
    }

    /** Takes how long a reply took until it was processed. */
    void took(long nanos, long lease, long now) {
        if (nanos > lease / 5) {
            slow = "ZooKeeper's answers are late: one was processed "
                    + Duration.ofNanos(nanos).toMillis() + " ms after the request, and the lease is "
                    + Duration.ofNanos(lease).toMillis() + " ms";
            slowUntil = now + SLOW_SHOWN;
        }
    }

    /** What keeps the election from working; null when nothing does. */
    @Nullable
    String error() {
        return refusal != null ? refusal : sessionError;
    }

    @Nullable
    String connectError() {
        return connectError;
    }

    List<String> warnings(NodeState state, long now) {
        List<String> warnings = new ArrayList<>();
        if (twinRenews) {
            warnings.add("another instance is configured with the same address " + self + " and is master");
        }
        if (state instanceof NodeState.Stranger stranger && stranger.dataProblem() != null) {
            warnings.add("session " + Session.name(stranger.master().session()) + " is master and "
                    + stranger.dataProblem());
        }
        addIfThere(warnings, queueProblem);
        addIfThere(warnings, sessionWarning);
        warnings.addAll(storeWarnings.values());
        addIfThere(warnings, slowUntil - now > 0 ? slow : null);
        return List.copyOf(warnings);
    }

    private static void addIfThere(List<String> warnings, @Nullable String warning) {
        if (warning != null) {
            warnings.add(warning);
        }
    }
}
