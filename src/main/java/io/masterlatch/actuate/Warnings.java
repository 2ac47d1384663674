package io.masterlatch.actuate;

import io.masterlatch.election.Mastership;
import io.masterlatch.latch.MasterLatch;
import java.util.Optional;

/** What an operator should look into although the election works. */
final class Warnings {

    private Warnings() {}

    static Optional<String> of(MasterLatch latch, Mastership mastership, long now) {
        return mastership.warning(now).or(() -> latch.barred().map(why -> "this instance does not stand: " + why));
    }
}
