package io.masterlatch.bench;

import io.masterlatch.bench.peers.Contender;
import io.masterlatch.bench.peers.Peer;
import io.masterlatch.bench.peers.Site;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One contender in a process of its own, which prints when its callback is called, and between which times it answers that it
 * leads when it is asked each millisecond.
 */
public final class CandidateProcess {

    /** A line that says: the callback has told that this contender leads. */
    static final String GAINED = "GAINED";

    /** A line that says: the callback has told that this contender leads no more. */
    static final String LOST = "LOST";

    /** A line that says: for the first time this contender has answered that it leads. */
    static final String BEGIN = "BEGIN";

    /** A line that says: for the last time this contender has answered that it leads. */
    static final String END = "END";

    // Who is not asked for so long has not answered in between: its process was frozen, say.
    private static final long GAP = Duration.ofMillis(50).toNanos();

    private CandidateProcess() {}

    /** Takes the peer, the connect string, the session timeout in milliseconds, the root and the contender's name. */
    public static void main(String[] args) {
        Site site = new Site(args[1], Duration.ofMillis(Long.parseLong(args[2])), args[3], args[4]);
        Contender contender =
                Peer.valueOf(args[0]).contender(site, leads -> say(leads ? GAINED : LOST, System.nanoTime()));
        contender.join();
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

    private static synchronized void say(String what, long time) {
        System.out.println(what + " " + time);
        System.out.flush();
    }
}
