package io.masterlatch.election;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A candidate, with what only its node's content says.
 *
 * @param node the place in the queue
 * @param address the address it advertises; null when the content is not readable text
 * @param since since when it has been in the queue, by the clock of ZooKeeper's leader
 * @param session the session that owns the node
 */
public record Candidate(CandidateNode node, @Nullable String address, Instant since, long session) {}
