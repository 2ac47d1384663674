package io.masterlatch.guard;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MasterGuardTests {

    private final FakeMasterStore node = new FakeMasterStore();
    private final MasterLatch latch =
            MasterLatch.builder(node).address("self.example.com:1").build();
    private final MasterGuard guard = new MasterGuard(latch);
    private final List<Long> epochs = new ArrayList<>();

    @BeforeEach
    void start() {
        latch.start();
        node.awaitRole(latch, Role.MASTER);
    }

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void theMasterWorksUnderItsEpoch() {
        boolean done = guard.runIfMaster(epoch -> {
            epochs.add(epoch);
            epochs.add(guard.epoch());
            assertThat(guard.stillMaster()).isTrue();
        });

        assertThat(done).isTrue();
        long epoch = latch.getLeader().orElseThrow().epoch();
        assertThat(epochs).containsExactly(epoch, epoch);
    }

    @Test
    void otherInstancesDoNothing() {
        node.begin(heldBy("a.example.com:1"));
        node.awaitRole(latch, Role.STANDBY);
        assertThat(guard.runIfMaster(epochs::add)).isFalse();

        node.begin(FakeMasterStore.noMaster(), Duration.ofSeconds(1));
        node.awaitRole(latch, Role.MASTER);
        node.cutOff();
        node.awaitRole(latch, Role.UNKNOWN);
        assertThat(guard.runIfMaster(epochs::add)).isFalse();

        latch.close();
        assertThat(guard.runIfMaster(epochs::add)).isFalse();
        assertThat(epochs).isEmpty();
    }

    @Test
    void aLossOfTheMastershipMeanwhileIsSeenAndTheEpochStays() {
        guard.runIfMaster(epoch -> {
            node.begin(heldBy("a.example.com:1"));
            node.awaitRole(latch, Role.STANDBY);
            assertThat(guard.stillMaster()).isFalse();

            // A later mastership is another one.
            node.begin(FakeMasterStore.noMaster());
            node.awaitRole(latch, Role.MASTER);
            assertThat(guard.stillMaster()).isFalse();
            assertThat(guard.epoch()).isEqualTo(epoch);

            guard.runIfMaster(later -> {
                assertThat(later).isGreaterThan(epoch).isEqualTo(guard.epoch());
                assertThat(guard.stillMaster()).isTrue();
            });
            assertThat(guard.epoch()).isEqualTo(epoch);
            epochs.add(epoch);
        });
        assertThat(epochs).hasSize(1);
    }

    @Test
    void whatTheWorkThrowsComesThroughAndNothingRemains() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> guard.runIfMaster(epoch -> {
                    throw new IOException("failed");
                }));
        assertThatIllegalStateException().isThrownBy(guard::epoch).withMessageContaining("@OnlyMaster");
        assertThatIllegalStateException().isThrownBy(guard::stillMaster);
    }
}
