package io.masterlatch.zookeeper;

import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The moment when a master that had lost its connection has it again, with a lease that was renewed since. */
final class ReconnectedLease {

    private ReconnectedLease() {}

    static void await(Candidate candidate) {
        long lapses = candidate.latch().mastership().knownUntil();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(2))
                .atMost(Stage.PATIENCE)
                .until(() -> {
                    Mastership mastership = candidate.latch().mastership();
                    return mastership.connection() == Connection.CONNECTED && mastership.knownUntil() - lapses > 0;
                });
    }
}
