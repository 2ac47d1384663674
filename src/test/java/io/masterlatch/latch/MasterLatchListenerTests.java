package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch.State;
import io.masterlatch.testing.FakeMasterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a latch calls its listeners for. */
class MasterLatchListenerTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final LatchFixture fixture = new LatchFixture();
    private final FakeMasterStore store = fixture.store;
    private final MasterLatch latch = fixture.latch;
    private final LeadershipCalls calls = new LeadershipCalls();
    private final List<MastershipChange> changes = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        latch.addListener(calls);
        latch.addChangeListener(changes::add);
    }

    @AfterEach
    void close() {
        store.recover();
        latch.close();
    }

    @Test
    void isLeaderAndThenNotLeaderWhenClosed() {
        fixture.master();
        latch.close();

        awaitCalls("isLeader", "notLeader");
    }

    @Test
    void aStandbyIsNotCalled() {
        fixture.standby();
        store.takeOver("there:2");
        latch.close();

        awaitChanges("UNKNOWN -> STANDBY", "STANDBY -> STANDBY", "STANDBY -> UNKNOWN");
        assertThat(calls.calls()).isEmpty();
    }

    @Test
    void gainsAndLossesAlternate() {
        fixture.master();
        for (int change = 1; change <= 50; change++) {
            store.takeOver("there:1");
            store.change(FakeMasterStore.noMaster());
        }
        latch.close();

        List<String> alternating = new ArrayList<>();
        for (int i = 0; i < 51; i++) {
            alternating.addAll(List.of("isLeader", "notLeader"));
        }
        await().untilAsserted(() -> assertThat(calls.calls()).isEqualTo(alternating));
    }

    @Test
    void aLapseIsALossAndItsLateRenewalAGainInTheSameEpoch() {
        fixture.master();
        long epoch = latch.getLeader().orElseThrow().epoch();
        store.cutOff();
        fixture.time.advanceMillis(3000);
        assertThat(latch.hasLeadership()).isFalse();
        awaitCalls("isLeader", "notLeader");

        store.recover();

        awaitCalls("isLeader", "notLeader", "isLeader");
        assertThat(latch.getLeader().orElseThrow().epoch()).isEqualTo(epoch);
    }

    @Test
    void anOutageShorterThanTheLeaseIsNoChange() {
        fixture.master();
        store.cutOff();
        fixture.time.advanceMillis(2300);
        assertThat(latch.hasLeadership()).isTrue();
        store.recover();
        fixture.time.advanceMillis(10_000);
        latch.close();

        awaitCalls("isLeader", "notLeader");
    }

    @Test
    void aNewEpochUnderAMasterIsALossAndAGainWithoutAnEndOfLeadership() {
        fixture.master();
        Master before = latch.getLeader().orElseThrow();

        store.deleteNode();

        assertThat(latch.hasLeadership()).isTrue();
        awaitCalls("isLeader", "notLeader", "isLeader");
        awaitChanges("UNKNOWN -> STANDBY", "STANDBY -> MASTER", "MASTER -> MASTER");
        assertThat(changes.get(2).previous()).isEqualTo(before);
        assertThat(changes.get(2).master().epoch()).isGreaterThan(before.epoch());
    }

    @Test
    void aNewSessionIsANewEpoch() {
        fixture.master();
        store.expire();

        awaitCalls("isLeader", "notLeader", "isLeader");
        assertThat(latch.hasLeadership()).isTrue();
        assertThat(latch.getLeader().orElseThrow().session())
                .isEqualTo(store.session().id());
    }

    @Test
    void everyChangeBeginsWhereTheLastOneEndedAndHasACause() {
        fixture.master();
        store.takeOver("there:1");
        store.change(FakeMasterStore.stranger("stranger:1"));
        store.change(FakeMasterStore.blocked());
        store.change(FakeMasterStore.noMaster());
        store.cutOff();
        fixture.time.advanceMillis(5000);
        await().until(() ->
                changes.size() > 5 && changes.get(changes.size() - 1).to() == Role.UNKNOWN);

        Role role = Role.UNKNOWN;
        Master master = null;
        for (MastershipChange change : changes) {
            assertThat(change.from()).isEqualTo(role);
            assertThat(change.previous()).isEqualTo(master);
            assertThat(change.cause()).isNotBlank();
            role = change.to();
            master = change.master();
        }
    }

    @Test
    void aRemovedListenerIsNotCalled() {
        fixture.master();
        awaitCalls("isLeader");
        latch.removeListener(calls);
        latch.removeListener(new LeadershipCalls());
        latch.close();

        await().until(() -> changes.get(changes.size() - 1).to() == Role.UNKNOWN);
        awaitCalls("isLeader");
    }

    @Test
    void aListenerStaysThroughARestart() {
        fixture.master();
        latch.close();
        latch.start();

        awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @Test
    void aListenerMayCloseAndStartTheLatch() {
        latch.addListener(new LeaderLatchListener() {

            @Override
            public void isLeader() {
                latch.close();
            }

            @Override
            public void notLeader() {}
        });
        latch.start();

        await().until(() -> latch.getState() == State.CLOSED);
        awaitCalls("isLeader", "notLeader");
    }

    private void awaitCalls(String... expected) {
        await().untilAsserted(() -> assertThat(calls.calls()).containsExactly(expected));
    }

    private void awaitChanges(String... expected) {
        await().untilAsserted(() -> assertThat(changes)
                .extracting(change -> change.from() + " -> " + change.to())
                .containsExactly(expected));
    }
}
