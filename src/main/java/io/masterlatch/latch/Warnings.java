package io.masterlatch.latch;

import io.masterlatch.election.Mastership;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an operator should look into although the election works. */
public final class Warnings {

    private Warnings() {}

    /** Returns the warnings of a latch, whose snapshot is given, and why its candidacy is suspended, in words. */
    public static Optional<String> of(MasterLatch latch, Mastership mastership) {
        String warnings = Stream.concat(
                        mastership.warning().stream(),
                        latch.suspended().map(why -> "the candidacy is suspended: " + why).stream())
                .collect(Collectors.joining("; "));
        return Optional.of(warnings).filter(words -> !words.isEmpty());
    }
}
