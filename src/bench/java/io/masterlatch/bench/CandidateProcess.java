package io.masterlatch.bench;

import io.masterlatch.bench.peers.Contender;
import io.masterlatch.bench.peers.Peer;
import io.masterlatch.bench.peers.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One contender in a process of its own. It reports on standard error when its callback is called, and between which
 * times it answers that it leads when it is asked each millisecond. A line on standard input has it fill its standard
 * output.
 */
public final class CandidateProcess {

    /** A report: this contender takes part. */
    static final String JOINED = "JOINED";

    /** A report: the callback was called because this contender leads. */
    static final String GAINED = "GAINED";

    /** A report: the callback was called because this contender leads no more. */
    static final String LOST = "LOST";

    /** A report: this contender answered for the first time that it leads. */
    static final String BEGIN = "BEGIN";

    /** A report: this contender answered for the last time that it leads. */
    static final String END = "END";

    // One that is not asked for so long has not answered in between: its process was frozen, for example.
    private static final long GAP = Duration.ofMillis(50).toNanos();

    private CandidateProcess() {}

    /** Takes the peer, the connect string, the session timeout in milliseconds, the root and the contender's name. */
    public static void main(String[] args) {
        Site site = new Site(args[1], Duration.ofMillis(Long.parseLong(args[2])), args[3], args[4]);
        Contender contender =
                Peer.valueOf(args[0]).contender(site, leads -> say(leads ? GAINED : LOST, System.nanoTime()));
        contender.join();
        say(JOINED, System.nanoTime());
        Thread filler = new Thread(CandidateProcess::fillOutput, "filler");
        filler.setDaemon(true);
        filler.start();
        sample(contender);
    }

    private static void sample(Contender contender) {
        long last = 0;
        while (true) {
            boolean leads = contender.leads();
            // A time at which the answer is given, and may be acted on.
            long now = System.nanoTime();
            if (last != 0 && (!leads || now - last > GAP)) {
                say(END, last);
                last = 0;
            }
            if (leads) {
                if (last == 0) {
                    say(BEGIN, now);
                }
                last = now;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Logs for ever, as soon as it is asked to. */
    private static void fillOutput() {
        try {
            while (System.in.read() >= 0) {
                Logger log = LoggerFactory.getLogger(CandidateProcess.class);
                while (true) {
                    log.info("The log is full of what is of no interest");
                }
            }
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static synchronized void say(String what, long time) {
        System.err.println(what + " " + time);
    }
}
