package io.masterlatch.guard;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on the master only, and passes it the epoch under which it starts. Thread-safe.
 *
 * <p>Only the start is guarded. The process may freeze between the check and the work, and the mastership may end
 * during the work. A resource that two masters must never both touch has to compare epochs.
 */
public final class MasterGuard {

    private final MasterLatch latch;
    private final ThreadLocal<@Nullable Long> epochs = new ThreadLocal<>();

    /**
     * Work of the master.
     *
     * @param <E> the exception that it may throw
     */
    @FunctionalInterface
    public interface Work<E extends Throwable> {

        /**
         * Does the work.
         *
         * @param epoch the epoch of the mastership under which it starts
         * @throws E when it fails
         */
        void run(long epoch) throws E;
    }

    /**
     * Creates a guard.
     *
     * @param latch the latch of this instance
     */
    public MasterGuard(MasterLatch latch) {
        this.latch = latch;
    }

    /**
     * Runs the work on this thread if this instance is the master.
     *
     * @param work the work
     * @param <E> what it may throw
     * @return whether it ran
     * @throws E what the work throws
     */
    public <E extends Throwable> boolean runIfMaster(Work<E> work) throws E {
        Long epoch = ownEpoch().orElse(null);
        if (epoch == null) {
            return false;
        }
        Long outer = epochs.get();
        epochs.set(epoch);
        try {
            work.run(epoch);
        } finally {
            if (outer == null) {
                epochs.remove();
            } else {
                epochs.set(outer);
            }
        }
        return true;
    }

    /**
     * Returns the epoch under which the work on this thread started.
     *
     * @return the fencing token for all that the work writes
     * @throws IllegalStateException outside of guarded work, and on threads that it has started
     */
    public long epoch() {
        Long epoch = epochs.get();
        if (epoch == null) {
            throw new IllegalStateException(
                    "There is no guarded work on this thread: epoch() is for methods with @OnlyMaster and"
                            + " for work that runIfMaster() runs, on the same thread");
        }
        return epoch;
    }

    /**
     * Returns whether the mastership under which the work on this thread started still lasts. A later mastership of the
     * same instance is another one.
     *
     * @return false when the work should end
     * @throws IllegalStateException outside of guarded work, and on threads that it has started
     */
    public boolean stillMaster() {
        long epoch = epoch();
        return ownEpoch().filter(present -> present == epoch).isPresent();
    }

    private Optional<Long> ownEpoch() {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        return mastership.role(now) == Role.MASTER ? mastership.master(now).map(Master::epoch) : Optional.empty();
    }
}
