package io.masterlatch.simulation;

import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Reply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Watches that what must never happen does not. */
final class Referee {

    private final World world;
    private final Map<Instance, View> views = new HashMap<>();
    private final Map<Instance, Set<Long>> sessions = new HashMap<>();
    private @Nullable Violation first;
    private long promiseSuspendedUntil = -1;
    private long highestEpoch;
    private @Nullable String highestHolder;
    private long leaseWritten;
    private boolean calm;
    private int changes;

    Referee(World world) {
        this.world = world;
    }

    /**
     * What an instance has been shown last. Times are by its own clock.
     *
     * @param lookSent when the request was sent that showed it
     * @param record the transaction that wrote the record
     * @param epoch the epoch of the record
     * @param shown when the record was first shown
     * @param length how long its lease is
     * @param former what was shown before; null when nothing was, or for a former one
     */
    private record View(
            long lookSent,
            long record,
            long epoch,
            long shown,
            long length,
            @Nullable View former) {

        /** Whether a lease of this epoch may run still, as far as was shown. */
        boolean allows(long named, long now, long wentOn) {
            // What was shown while the loop was stalled was recorded when it went on.
            return named == epoch && (now - shown < length || now - wentOn < length);
        }

        View withoutFormer() {
            return new View(lookSent, record, epoch, shown, length, null);
        }

        /** The next answer counts as the first that shows the record. */
        View withoutRecord() {
            return new View(lookSent, -1, epoch, shown, length, former);
        }
    }

    /** An answer that the loop of an instance was shown. */
    interface Seen {

        /** The loop did not use it. */
        void unused();

        /** The loop uses it later or not at all. */
        void uncertain();
    }

    /** Makes a violation that is kept, since the loop catches whatever is thrown. */
    Violation violation(String message) {
        Violation violation = new Violation(message);
        world.story.add(() -> "VIOLATION: " + message);
        if (first == null) {
            first = violation;
        }
        world.timeline.halt();
        return violation;
    }

    /** Ends the schedule if something happened that must not. */
    void check() {
        if (first != null) {
            throw first;
        }
    }

    /** Nothing goes wrong from now on but what is done on purpose. */
    void calm() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    /** Something was done by hand, after which two may be master for a while. */
    void suspendPromise(long time) {
        promiseSuspendedUntil = Math.max(promiseSuspendedUntil, world.timeline.now() + time);
    }

    /** The ensemble has other data, so that its transactions are counted from another number. */
    void dataReplaced() {
        highestEpoch = 0;
        leaseWritten = -ChangesByHand.RUBBISH;
        views.clear();
    }

    /**
     * An instance knows something new. Between such moments a mastership can only end, so that this is all it takes.
     */
    void published(Instance instance) {
        names(instance);
        if (!instance.isMaster() || world.timeline.now() < promiseSuspendedUntil) {
            return;
        }
        for (Instance other : world.instances) {
            if (other != instance && other.isMaster()) {
                throw violation("two masters: " + instance + " and " + other);
            }
        }
        Master master = instance.named().orElseThrow();
        boolean another = !String.valueOf(master.holder()).equals(highestHolder);
        if (master.epoch() < highestEpoch || master.epoch() == highestEpoch && another) {
            throw violation(
                    "the epoch of " + instance + ", " + master.epoch() + ", does not rise above " + highestEpoch);
        }
        highestEpoch = master.epoch();
        highestHolder = master.holder();
    }

    /**
     * The loop of an instance is shown an answer.
     *
     * @return what may be said of it when the loop has run
     */
    Seen sees(Instance instance, long sent, Reply reply) {
        View before = views.get(instance);
        long latest = before != null && before.lookSent - sent > 0 ? before.lookSent : sent;
        View former = before == null ? null : before.withoutFormer();
        LeaseNode lease = reply instanceof Reply.Looked looked
                ? looked.lease()
                : reply instanceof Reply.Written written ? written.lease() : null;
        if (lease != null) {
            LeaseRecord record = lease.record();
            boolean same = before != null && before.record == lease.mzxid();
            views.put(
                    instance,
                    new View(
                            latest,
                            // Whether it was taken note of when the loop went on, the next answer shows.
                            instance.faults.isStalled() ? -1 : lease.mzxid(),
                            record.epoch() != 0 ? record.epoch() : lease.mzxid(),
                            same ? before.shown : instance.clock.now(),
                            record.length().toNanos(),
                            same ? before.former : former));
        } else if (reply instanceof Reply.Looked) {
            views.put(instance, new View(latest, -1, -1, instance.clock.now(), 0, former));
        }
        View after = views.get(instance);
        return new Seen() {
            @Override
            public void unused() {
                views.put(instance, before);
            }

            @Override
            public void uncertain() {
                boolean known = before != null && after != null && before.record == after.record;
                if (after != null && !known) {
                    views.replace(instance, after, after.withoutRecord());
                }
            }
        };
    }

    /** An instance that is not master names another only while that one's lease may run, and only by a recent look. */
    void names(Instance instance) {
        Mastership mastership = instance.mastership();
        Master master = instance.named().orElse(null);
        View view = views.get(instance);
        if (master == null || instance.role() == io.masterlatch.election.Role.MASTER || view == null) {
            return;
        }
        long now = instance.clock.now();
        long named = mastership.leaseLength().toNanos();
        if (now - view.lookSent >= named && now - instance.faults.wentOn() >= named) {
            throw violation(instance + " names " + master + " by a look of long ago");
        }
        // Restored data look like a server that is behind, and are first believed later.
        if (master.holder() == null || world.setting.realm() == Realm.REPLACED) {
            return;
        }
        long wentOn = instance.faults.wentOn();
        // A look at which record and node do not match is repeated, and counts for nothing before that.
        View former = view.former;
        boolean formerly = former != null && former.allows(master.epoch(), now, wentOn);
        if (!formerly && !view.allows(master.epoch(), now, wentOn)) {
            throw violation(instance + " names " + master + " whose lease has ended");
        }
    }

    void changed() {
        changes++;
    }

    int changes() {
        return changes;
    }

    /** An instance begins anew and has been shown nothing. */
    void begins(Instance instance) {
        views.remove(instance);
    }

    /** A session is an instance's own. */
    void owns(Instance instance, long session) {
        sessions.computeIfAbsent(instance, created -> new HashSet<>()).add(session);
    }

    boolean isOwner(Instance instance, long session) {
        return sessions.getOrDefault(instance, Set.of()).contains(session);
    }

    /** A command has ended that was given to a master while nothing went wrong. */
    void released(Instance instance, ReleaseOutcome outcome) {
        if (outcome != ReleaseOutcome.RELEASED) {
            throw violation(instance + " was master and released nothing: " + outcome);
        }
    }

    /** The loop has caught something. */
    void failed(Instance instance, Throwable failure) {
        boolean thrownOnPurpose = failure instanceof LoopFaults.Killed
                || failure instanceof Violation
                || "so it goes".equals(failure.getMessage())
                || failure instanceof OutOfMemoryError;
        if (!thrownOnPurpose) {
            failure.printStackTrace();
            throw violation("the loop of " + instance + " failed: " + failure);
        }
    }

    /** A transaction can never be undone from now on. */
    void committed(Transaction transaction) {
        Znode lease = transaction.before(Paths.LEASE);
        Znode former = transaction.before(Paths.MASTER);
        Znode node = transaction.state().node(Paths.MASTER);
        Request request = transaction.request();
        Instance author = request == null || request.connection() == null
                ? null
                : request.connection().client.process instanceof Instance instance ? instance : null;
        if (author != null) {
            owns(author, request.session());
            if (former != null && (node == null || node.czxid() != former.czxid()) && transaction.closed() == 0) {
                deletes(author, transaction.number(), former, lease);
            }
        }
        Znode written = transaction.state().node(Paths.LEASE);
        if (written != null && (lease == null || written.mzxid() != lease.mzxid())) {
            leaseWritten = world.timeline.now();
        }
    }

    private void deletes(Instance author, long zxid, Znode node, @Nullable Znode lease) {
        if (sessions.get(author).contains(node.owner())) {
            return;
        }
        LeaseRecord record = lease == null ? null : LeaseRecord.of(lease.data());
        long epoch = record == null ? -1 : record.epoch() != 0 ? record.epoch() : lease.mzxid();
        if (record == null || record.kind() != LeaseRecord.Kind.HELD || epoch != node.czxid()) {
            throw violation(author + " deletes a node to which no lease belongs");
        }
        if (world.timeline.now() - leaseWritten < record.length().toNanos()) {
            throw violation(author + " deletes the node of a lease that has not lapsed, in " + zxid);
        }
    }
}
