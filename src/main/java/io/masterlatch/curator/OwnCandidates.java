package io.masterlatch.curator;

import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Request;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The candidate nodes of this instance that may be in the queue. */
final class OwnCandidates {

    private final Set<String> names = new HashSet<>();
    /** How many requests to join under an id have no definite answer: each may have made a node. */
    private final Map<String, Integer> joins = new HashMap<>();

    synchronized void sent(Request request) {
        if (request instanceof Request.JoinQueue join) {
            joins.merge(join.id(), 1, Integer::sum);
        }
    }

    synchronized void replied(Request request, Reply reply) {
        boolean unanswered = reply instanceof Failed failed && failed.kind() == Failed.Kind.UNANSWERED;
        if (request instanceof Request.JoinQueue join && !unanswered) {
            joins.computeIfPresent(join.id(), (id, count) -> count > 1 ? count - 1 : null);
            if (reply instanceof Reply.Joined joined) {
                names.add(joined.name());
                gone(join.former());
            }
        } else if (request instanceof Request.LeaveQueue leave && reply instanceof Reply.Done) {
            gone(leave.name());
        } else if (request instanceof Request.Release release && reply instanceof Reply.Written) {
            gone(release.candidate());
        }
    }

    private void gone(@Nullable String name) {
        names.remove(name);
    }

    /** Returns the ids of those nodes, and forgets them. */
    synchronized Set<String> take() {
        Set<String> ids = Stream.concat(
                        joins.keySet().stream(),
                        names.stream()
                                .flatMap(name -> CandidateNode.of(name).stream())
                                .map(CandidateNode::id))
                .collect(Collectors.toUnmodifiableSet());
        joins.clear();
        names.clear();
        return ids;
    }
}
