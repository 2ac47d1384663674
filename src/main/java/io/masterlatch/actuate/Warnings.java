package io.masterlatch.actuate;

import io.masterlatch.election.Mastership;
import io.masterlatch.latch.MasterLatch;
import java.util.Optional;

/** What an operator should look into although the election works. */
final class Warnings {

    private Warnings() {}

    static Optional<String> of(MasterLatch latch, Mastership mastership) {
        return mastership.warning().or(() -> latch.suspended().map(why -> "the candidacy is suspended: " + why));
    }
}
