package io.masterlatch.latch;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterData;
import io.masterlatch.election.MasterStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** Builds a {@link MasterLatch}. */
public final class MasterLatchBuilder {

    /** Numbers of the operating system, so that a clone of this process draws others. */
    static final SecureRandom RANDOM = new SecureRandom();

    private static final Duration SHORTEST = Duration.ofMillis(500);

    final Function<@Nullable List<ACL>, MasterStore> stores;

    @Nullable
    Supplier<String> address;

    String election;
    Duration lease = MasterLatch.DEFAULT_LEASE;
    boolean candidate = true;
    Supplier<ClockReading> clock = () -> new ClockReading(System.nanoTime(), System.currentTimeMillis());
    Supplier<ElectionLoop.Timer> timers = ThreadTimer::new;

    @Nullable
    List<ACL> acl;

    MasterLatchBuilder(String path, Function<@Nullable List<ACL>, MasterStore> stores) {
        this.election = path;
        this.stores = stores;
    }

    /**
     * Sets the address to advertise.
     *
     * @throws IllegalArgumentException when it is not {@code host:port}
     */
    public MasterLatchBuilder address(String fixed) {
        checked(fixed);
        return address(() -> fixed);
    }

    /** Sets a supplier of the address, which each start calls, for a port that is not known earlier. */
    public MasterLatchBuilder address(Supplier<String> supplier) {
        address = Objects.requireNonNull(supplier, "'address' must not be null");
        return this;
    }

    /**
     * Sets how long the mastership lasts after a renewal, 3 s by default. At most half the session timeout takes
     * effect.
     *
     * @throws IllegalArgumentException when it is not from 500 ms to 60 s
     */
    public MasterLatchBuilder lease(Duration length) {
        lease = checked(length);
        return this;
    }

    /** Sets the name of the election in logs, metrics and answers. By default it is the path, or {@code /master}. */
    public MasterLatchBuilder election(String name) {
        election = Objects.requireNonNull(name, "'name' must not be null");
        return this;
    }

    /** Sets whether the latch is a candidate (the default) or only observes. */
    public MasterLatchBuilder candidate(boolean wanted) {
        candidate = wanted;
        return this;
    }

    /**
     * Sets the access control list of all nodes that the latch creates. It is open by default. All latches of an
     * election need the same one.
     */
    public MasterLatchBuilder acl(List<ACL> list) {
        acl = List.copyOf(list);
        return this;
    }

    MasterLatchBuilder time(Supplier<ClockReading> reading, Supplier<ElectionLoop.Timer> timer) {
        clock = reading;
        timers = timer;
        return this;
    }

    /** Returns the latch, which is not started. */
    public MasterLatch build() {
        return new MasterLatch(this);
    }

    static Duration checked(Duration lease) {
        if (lease.compareTo(SHORTEST) < 0 || lease.compareTo(LeaseRecord.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "'lease' must be from 500 ms to 60 s, not " + TimeUnit.MILLISECONDS.convert(lease) + " ms");
        }
        return lease;
    }

    static String checked(String address) {
        Objects.requireNonNull(address, "'address' must not be null");
        if (!MasterData.isHostPort(address)) {
            throw new IllegalArgumentException("'address' must be host:port with a port from 1 to 65535, not '"
                    + address + "'; an IPv6 address goes in brackets");
        }
        return address;
    }
}
