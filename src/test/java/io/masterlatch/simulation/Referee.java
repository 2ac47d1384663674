package io.masterlatch.simulation;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.util.HashMap;
import java.util.Map;

/** Watches that what must never happen does not. */
final class Referee {

    private final World world;
    private final Map<Candidate, Role> roles = new HashMap<>();
    private long highestEpoch;
    private long highestOwner;
    private int changes;

    Referee(World world) {
        this.world = world;
    }

    /** A candidate knows something new. Between such moments a mastership can only end, so that this is all it takes. */
    void published(Candidate candidate) {
        if (!candidate.isMaster()) {
            return;
        }
        for (Candidate other : world.candidates) {
            if (other != candidate && other.isMaster()) {
                throw new Violation("two masters: " + candidate + " and " + other);
            }
        }
        Master master = candidate.master();
        if (master.epoch() < highestEpoch || master.epoch() == highestEpoch && master.session() != highestOwner) {
            throw new Violation(
                    "the epoch of " + candidate + ", " + master.epoch() + ", does not rise above " + highestEpoch);
        }
        highestEpoch = master.epoch();
        highestOwner = master.session();
    }

    /** A listener's view: each change begins where the last one ended. */
    void changed(Candidate candidate, MastershipChange change) {
        changes++;
        Role last = roles.getOrDefault(candidate, Role.UNKNOWN);
        if (last != change.from()) {
            throw new Violation(candidate + " changes from " + change.from() + " though it was " + last);
        }
        roles.put(candidate, change.to());
    }

    void died(Candidate candidate) {
        roles.remove(candidate);
    }

    /** From this instant another session could hold the node: whoever lost it must not be master any more. */
    void committed(Transaction transaction) {
        if (!transaction.touchesNode()) {
            return;
        }
        Znode znode = transaction.znode();
        for (Candidate candidate : world.candidates) {
            if (candidate.isMaster() && (znode == null || candidate.master().session() != znode.owner())) {
                throw new Violation(candidate + " is master though "
                        + (znode == null ? "nobody" : "session " + znode.owner()) + " holds the node");
            }
        }
    }

    int changes() {
        return changes;
    }
}
