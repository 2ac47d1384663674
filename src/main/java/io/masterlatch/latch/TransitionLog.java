package io.masterlatch.latch;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes the log that an operator reads: a line for each change, two for each outage, and a reminder each minute. */
final class TransitionLog {

    // Connecting for longer than this counts as an outage.
    private static final long STARTING = Duration.ofSeconds(5).toNanos();
    private static final long REMINDER = Duration.ofMinutes(1).toNanos();

    private final String election;
    private final LogWriter writer;
    private long started;
    private @Nullable String outage;
    private long outageBegan;
    private long reminded;
    private boolean cutOff;
    private @Nullable String warned;
    private long warnedAt;

    TransitionLog(String election, LogWriter writer) {
        this.election = election;
        this.writer = writer;
    }

    void started(Mastership mastership, String what, ClockReading now) {
        started = now.nanos();
        writer.write(log -> log.info(
                "{} {}, lease {} ms: {}",
                mastership.self(),
                mastership.candidate() ? "is a candidate" : "observes",
                mastership.leaseLength().toMillis(),
                what));
    }

    void changed(MastershipChange change) {
        String role = change.from() == change.to() ? "Still " + change.to() : change.from() + " -> " + change.to();
        Master master = change.master();
        String present = master != null
                ? "master " + master.name() + ", epoch " + master.epoch()
                : change.to() == Role.UNKNOWN ? "master unknown" : "no master";
        writer.write(log -> {
            LoggingEventBuilder line = log.atInfo()
                    .addKeyValue("election", election)
                    .addKeyValue("role", change.to().name())
                    .addKeyValue("cause", change.cause());
            if (master != null && master.address() != null) {
                line = line.addKeyValue("master", master.address());
            }
            if (master != null) {
                line = line.addKeyValue("epoch", master.epoch());
            }
            line.log("{}: {} ({})", role, present, change.cause());
        });
    }

    void notice(String sentence) {
        writer.write(log -> log.warn("{}", sentence(sentence)));
    }

    void failed(Throwable failure) {
        writer.write(log -> log.error("A step of the election failed; the next step continues", failure));
    }

    /** Logs a problem or warning that is new, has ended, or has lasted for a minute. */
    void state(Mastership mastership, ClockReading now) {
        if (mastership.connection() == Connection.CLOSED) {
            return;
        }
        problem(mastership, now);
        String warning = mastership.warning().orElse(null);
        // A warning in which only numbers change is logged once a minute.
        boolean other = warning != null && (warned == null || !plain(warning).equals(plain(warned)));
        if (warning != null && (other || !warning.equals(warned) && now.nanos() - warnedAt > REMINDER)) {
            warnedAt = now.nanos();
            warned = warning;
            writer.write(log -> log.warn("{}", sentence(warning)));
        }
        warned = warning == null ? null : warned;
    }

    private void problem(Mastership mastership, ClockReading now) {
        String problem = problemOf(mastership, now);
        if (problem == null) {
            if (outage != null) {
                String seconds = seconds(now.nanos() - outageBegan);
                writer.write(log -> log.info("The election works again, after {} s", seconds));
            }
            outage = null;
            return;
        }
        boolean lost = mastership.connection() != Connection.CONNECTED;
        // All reasons of one lost connection are one outage, until its cause is known.
        boolean sameOutage = outage != null
                && (plain(problem).equals(plain(outage)) || cutOff && lost && mastership.connectError() == null);
        if (outage == null) {
            outageBegan = now.nanos();
        }
        if (!sameOutage || now.nanos() - reminded >= REMINDER) {
            reminded = now.nanos();
            writer.write(log -> log.warn("{}", sentence(problem)));
            outage = problem;
        }
        cutOff = lost;
    }

    private @Nullable String problemOf(Mastership mastership, ClockReading now) {
        boolean unknown = mastership.role(now) == Role.UNKNOWN;
        boolean starting = outage == null && now.nanos() - started < STARTING;
        if (unknown && starting && mastership.error() == null && mastership.connectError() == null) {
            return null;
        }
        if (!unknown && mastership.connection() == Connection.SUSPENDED) {
            return "the connection to ZooKeeper is lost; " + mastership.role(now) + " for another "
                    + seconds(mastership.knownFor(now).toNanos()) + " s unless it comes back";
        }
        return mastership.problem(now).orElse(null);
    }

    private static String plain(String words) {
        return words.replaceAll("[0-9]+(\\.[0-9]+)?", "#");
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
    }
}
