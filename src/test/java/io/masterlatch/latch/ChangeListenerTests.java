package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every change of role or of master is told on every instance. */
class ChangeListenerTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private final FakeMasterNode node = new FakeMasterNode();
    private final List<MastershipChange> changes = new CopyOnWriteArrayList<>();
    private MasterLatch latch = new MasterLatch(node, "here:1");

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void theMasterHearsOfItsRise() {
        latch.addChangeListener(changes::add);
        latch.start();

        awaitChanges(2);
        Master master = latch.getLeader().orElseThrow();
        assertThat(changes)
                .extracting(MastershipChange::from, MastershipChange::to, MastershipChange::master)
                .containsExactly(tuple(Role.UNKNOWN, Role.STANDBY, null), tuple(Role.STANDBY, Role.MASTER, master));
        latch.close();
        awaitChanges(3);
        assertThat(changes.get(2))
                .isEqualTo(new MastershipChange(Role.MASTER, Role.UNKNOWN, master, null, "it was closed"));
    }

    @Test
    void aStandbyHearsOfEveryMaster() {
        Master first = node.holdBySomebodyElse("there:1");
        latch.addChangeListener(changes::add);
        latch.start();
        awaitChanges(1);
        Master second = node.holdBySomebodyElse("there:2");
        awaitChanges(2);

        assertThat(changes)
                .extracting(
                        MastershipChange::from,
                        MastershipChange::to,
                        MastershipChange::previous,
                        MastershipChange::master)
                .containsExactly(
                        tuple(Role.UNKNOWN, Role.STANDBY, null, first),
                        tuple(Role.STANDBY, Role.STANDBY, first, second));
    }

    @Test
    void anObserverHearsOfMastersAndOfVacancies() {
        Master first = node.holdBySomebodyElse("there:1");
        latch = new MasterLatch(node, "here:1", false);
        latch.addChangeListener(changes::add);
        latch.start();
        awaitChanges(1);
        node.delete();
        awaitChanges(2);
        Master second = node.holdBySomebodyElse("there:2");
        awaitChanges(3);

        assertThat(changes)
                .extracting(
                        MastershipChange::from,
                        MastershipChange::to,
                        MastershipChange::previous,
                        MastershipChange::master)
                .containsExactly(
                        tuple(Role.UNKNOWN, Role.OBSERVER, null, first),
                        tuple(Role.OBSERVER, Role.OBSERVER, first, null),
                        tuple(Role.OBSERVER, Role.OBSERVER, null, second));
    }

    @Test
    void theSameMasterIsToldOnce() {
        node.holdBySomebodyElse("there:1");
        latch.addChangeListener(changes::add);
        latch.start();
        awaitChanges(1);

        node.cutOff();
        node.connect();

        await().during(Duration.ofMillis(50)).until(() -> changes.size() == 1);
    }

    @Test
    void eachChangeBeginsWhereTheLastOneEnded() {
        latch.addChangeListener(changes::add);
        latch.start();
        for (int change = 1; change <= 25; change++) {
            await().pollInterval(Duration.ofMillis(1)).until(latch::hasLeadership);
            Master other = node.holdBySomebodyElse("there:1");
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> latch.getLeader().filter(other::equals).isPresent());
            node.expire();
            node.delete();
        }
        await().until(latch::hasLeadership);
        latch.close();
        await().until(() -> changes.get(changes.size() - 1).cause().equals("it was closed"));

        Role role = Role.UNKNOWN;
        Master master = null;
        for (MastershipChange change : changes) {
            assertThat(change.from()).isEqualTo(role);
            assertThat(change.previous()).isEqualTo(master);
            assertThat(change.cause()).isNotBlank();
            role = change.to();
            master = change.master();
        }
        assertThat(changes).hasSizeGreaterThan(75);
    }

    @Test
    void aRemovedListenerHearsNoMore() {
        Consumer<MastershipChange> listener = changes::add;
        List<MastershipChange> others = new CopyOnWriteArrayList<>();
        latch.addChangeListener(listener);
        latch.addChangeListener(others::add);
        latch.start();
        awaitChanges(2);

        latch.removeChangeListener(listener);
        latch.close();

        await().until(() -> others.size() == 3);
        assertThat(changes).hasSize(2);
    }

    private void awaitChanges(int number) {
        await().pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(changes).hasSize(number));
    }
}
