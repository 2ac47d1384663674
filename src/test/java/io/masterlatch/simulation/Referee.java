package io.masterlatch.simulation;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.simulation.Request.Kind;
import io.masterlatch.simulation.State.Znode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Watches that what must never happen does not. */
final class Referee {

    private final World world;
    private final Map<Instance, Role> roles = new HashMap<>();
    private long highestEpoch;
    private long highestOwner;
    private final Set<Long> deletedEpochs = new HashSet<>();
    private int changes;

    Referee(World world) {
        this.world = world;
    }

    /** A instance knows something new. Between such moments a mastership can only end, so that this is all it takes. */
    void published(Instance instance) {
        if (!instance.isMaster()) {
            return;
        }
        for (Instance other : world.instances) {
            if (other != instance && other.isMaster()) {
                throw new Violation("two masters: " + instance + " and " + other);
            }
        }
        Master master = instance.master();
        if (master.epoch() < highestEpoch || master.epoch() == highestEpoch && master.session() != highestOwner) {
            throw new Violation(
                    "the epoch of " + instance + ", " + master.epoch() + ", does not rise above " + highestEpoch);
        }
        highestEpoch = master.epoch();
        highestOwner = master.session();
    }

    /** A listener's view: each change begins where the last one ended. */
    void changed(Instance instance, MastershipChange change) {
        changes++;
        Role last = roles.getOrDefault(instance, Role.UNKNOWN);
        if (last != change.from()) {
            throw new Violation(instance + " changes from " + change.from() + " though it was " + last);
        }
        roles.put(instance, change.to());
    }

    void died(Instance instance) {
        roles.remove(instance);
    }

    /**
     * From this instant another session could hold the node: whoever lost it must not be master any more. Except when somebody
     * deleted it by hand, which its holder learns when it learns it; the others wait so long.
     */
    void committed(Transaction transaction) {
        if (!transaction.touchesMaster()) {
            return;
        }
        if (isDeletedByHand(transaction)) {
            deletedEpochs.add(transaction.previous().state().master().created());
        }
        Znode znode = transaction.state().master();
        for (Instance instance : world.instances) {
            if (instance.isMaster()
                    && !deletedEpochs.contains(instance.master().epoch())
                    && (znode == null || znode.owner() != instance.master().session())) {
                String holder = znode == null ? "nobody" : "session " + znode.owner();
                throw new Violation(instance + " is master though " + holder + " holds the node");
            }
        }
    }

    private static boolean isDeletedByHand(Transaction transaction) {
        Request request = transaction.request();
        return request != null
                && request.kind == Kind.DELETE
                && request.connection().client.process instanceof Stranger;
    }

    int changes() {
        return changes;
    }
}
