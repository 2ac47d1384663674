package io.masterlatch.latch;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Seat;
import io.masterlatch.election.Session;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the log that an operator reads: a line for each change, and two for each outage. */
final class Journal {

    private static final Logger log = LoggerFactory.getLogger(MasterLatch.class);

    // Connecting in a new session by intention may take this long before it counts as an outage.
    private static final Duration STARTING_TIME = Duration.ofSeconds(5);

    private long connectingSince;
    private @Nullable Outage outage;
    private long outageBegan;
    private @Nullable String warned;
    private long ledBy;

    /** Takes note that a session is being opened, at the start or in place of one that was given up. */
    void connecting(long now) {
        connectingSince = now;
    }

    void changed(MastershipChange change) {
        String role = change.from() == change.to() ? "Still " + change.to() : change.from() + " -> " + change.to();
        Master master = change.master();
        String who = master != null
                ? "master " + Objects.requireNonNullElse(master.address(), "of unreadable address") + ", epoch "
                        + master.epoch()
                : change.to() == Role.UNKNOWN ? "master unknown" : "no master";
        log.info("{}: {} ({})", role, who, change.cause());
    }

    void state(Mastership mastership, long now) {
        if (mastership.connection() == Connection.CLOSED) {
            return;
        }
        Outage present = outage(mastership, now);
        if (present == null && outage != null) {
            log.info("All is well again after {} s", seconds(now - outageBegan));
        } else if (present != null && (outage == null || present.isNewsAfter(outage))) {
            outageBegan = outage == null ? now : outageBegan;
            log.warn("{}", sentence(present.reason));
        } else if (present != null) {
            present = outage;
        }
        outage = present;

        Session session = mastership.session();
        if (session != null && mastership.role(now) == Role.MASTER) {
            ledBy = session.id();
        }
        String warning =
                heldByOwnGhost(mastership) ? null : mastership.warning(now).orElse(null);
        if (warning != null && !warning.equals(warned)) {
            log.warn("{}", sentence(warning));
        }
        warned = warning;
    }

    private @Nullable Outage outage(Mastership mastership, long now) {
        boolean unknown = mastership.role(now) == Role.UNKNOWN && mastership.trouble() == null;
        if (unknown && outage == null && now - connectingSince < STARTING_TIME.toNanos()) {
            return null;
        }
        if (!unknown && mastership.connection() == Connection.SUSPENDED) {
            return new Outage(
                    true,
                    "the connection to ZooKeeper is lost; " + mastership.role(now) + " for another "
                            + seconds(mastership.knownUntil() - now) + " s unless it comes back");
        }
        return mastership
                .problem(now)
                .map(problem -> new Outage(unknown && mastership.hindrance() == null, problem))
                .orElse(null);
    }

    /** After an outage, the session under which this instance led may be there for a while: a part of that story. */
    private boolean heldByOwnGhost(Mastership mastership) {
        return mastership.seat() instanceof Seat.Held held && held.master().session() == ledBy;
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
    }

    private record Outage(boolean noContact, String reason) {

        /** Being cut off is one story, from the first lost connection to the last look that fails, unless its reason is found. */
        boolean isNewsAfter(Outage known) {
            return !noContact && !reason.equals(known.reason);
        }
    }
}
