package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Role;
import io.masterlatch.testing.FakeMasterStore;
import java.time.Duration;
import java.util.function.Supplier;

/** A latch in virtual time over a store in memory. Its lease is 3000 ms. */
final class LatchFixture {

    static final Duration LEASE = Duration.ofSeconds(3);

    final VirtualTime time = new VirtualTime();
    final FakeMasterStore store = new FakeMasterStore();
    final MasterLatch latch = latch(() -> "here:1", LEASE);

    /** Makes another latch on the same store, in the same time. */
    MasterLatch latch(Supplier<String> address, Duration lease) {
        return MasterLatch.builder(store)
                .address(address)
                .lease(lease)
                .time(time, time::timer)
                .build();
    }

    MasterLatch started() {
        latch.start();
        return latch;
    }

    MasterLatch master() {
        started();
        assertThat(role()).isEqualTo(Role.MASTER);
        return latch;
    }

    MasterLatch standby() {
        store.begin(FakeMasterStore.heldBy("there:1"));
        started();
        assertThat(role()).isEqualTo(Role.STANDBY);
        return latch;
    }

    Role role() {
        return latch.mastership().role(latch.now());
    }
}
