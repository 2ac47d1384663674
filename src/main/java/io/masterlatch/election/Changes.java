package io.masterlatch.election;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the changes of role and master between snapshots, and their causes. */
final class Changes {

    private final List<MastershipChange> pending = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private Role role = Role.UNKNOWN;
    private @Nullable Master master;
    private @Nullable String cause;

    /** Sets the cause of the change that this step makes, if any. */
    void because(String why) {
        cause = why;
    }

    /** Adds a remark to the operator's log. */
    void notice(String remark) {
        notices.add(remark);
    }

    void report(Mastership snapshot, ClockReading now) {
        Role newRole = snapshot.role(now);
        Master newMaster = snapshot.master(now).orElse(null);
        if (newRole != role || !Objects.equals(newMaster, master)) {
            String why = cause != null ? cause : derived(snapshot, newRole, newMaster, now);
            pending.add(new MastershipChange(role, newRole, master, newMaster, why));
            role = newRole;
            master = newMaster;
        }
        cause = null;
    }

    private static String derived(Mastership snapshot, Role role, @Nullable Master master, ClockReading now) {
        if (role == Role.UNKNOWN) {
            return snapshot.problem(now).orElse("ZooKeeper has not answered for longer than the lease");
        }
        if (master == null) {
            return snapshot.state() instanceof NodeState.Held held
                    ? Mastership.lapse(held)
                    : snapshot.vacancy(now).orElse("no instance is master");
        }
        return master.holder() == null
                ? "session " + Session.name(master.session()) + " owns the master's node, without a lease"
                : master.name() + " holds the lease";
    }

    List<MastershipChange> take() {
        List<MastershipChange> taken = List.copyOf(pending);
        pending.clear();
        return taken;
    }

    List<String> takeNotices() {
        List<String> taken = List.copyOf(notices);
        notices.clear();
        return taken;
    }
}
