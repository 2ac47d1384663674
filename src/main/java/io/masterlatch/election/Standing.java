package io.masterlatch.election;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One in the line of succession, with what only its node's data tells.
 *
 * @param candidate the place in the line
 * @param address the address it advertises; null when its node's data is no readable text
 * @param since since when it has stood there, by the ZooKeeper leader's clock
 */
public record Standing(Candidate candidate, @Nullable String address, Instant since) {}
