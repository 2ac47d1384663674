package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes of the election that are deleted or edited by hand. */
class NodesChangedByHandTests {

    @RegisterExtension
    final TestElection election = new TestElection();

    @ConcurrentTest
    void theMasterWhoseNodeIsDeletedIsMasterOfTheNextEpoch() throws Exception {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();

        election.person().delete("/master", -1);

        await().atMost(TestElection.PATIENCE).until(() -> master.leads() && master.epoch() > epoch);
        master.awaitCalls("isLeader", "notLeader", "isLeader");
        standby.awaitStandbyOf(master);
        assertThat(standby.calls()).isEmpty();
        assertThat(election.server().node("/master").czxid()).isEqualTo(master.epoch());
        assertThat(master.changes())
                .filteredOn(change -> change.from() == Role.MASTER)
                .extracting(MastershipChange::to)
                .containsExactly(Role.MASTER);
    }

    @ConcurrentTest
    void afterManyDeletionsOneIsMaster() throws Exception {
        List<Participant> all =
                Stream.of("a", "b", "c").map(election::candidate).toList();
        all.forEach(Participant::start);
        ZooKeeper person = election.person();
        long epoch = 0;
        for (int round = 1; round <= 5; round++) {
            long before = epoch;
            await().atMost(TestElection.PATIENCE)
                    .until(() -> all.stream()
                            .allMatch(one -> one.epoch() > before
                                    && one.epoch() == all.get(0).epoch()));
            assertThat(all.stream().filter(Participant::leads)).hasSize(1);
            epoch = all.get(0).epoch();
            person.delete("/master", -1);
        }
    }

    @ConcurrentTest
    void theMasterPutsItsAddressBack() throws Exception {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();
        ZooKeeper person = election.person();
        for (byte[] data :
                List.of("b:1".getBytes(UTF_8), new byte[0], new byte[] {(byte) 0xff, 0}, new byte[900_000])) {
            person.setData("/master", data, -1);

            await().atMost(TestElection.PATIENCE)
                    .until(() -> new String(person.getData("/master", false, null), UTF_8).equals("a:1"));
        }
        await().until(() -> standby.master().equals("a:1") && standby.warning().isEmpty());
        assertThat(standby.epoch()).isEqualTo(epoch);
        assertThat(master.leads()).isTrue();
        master.awaitCalls("isLeader");
    }

    /** Until then it may still be held: a deletion of the lease looks like one before it was seen. */
    @ConcurrentTest
    void aDeletedLeaseIsCreatedAnewAndLapses() throws Exception {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();
        ZooKeeper person = election.person();

        ZKUtil.deleteRecursive(person, "/master-lease");

        await().atMost(TestElection.PATIENCE)
                .until(() -> (master.leads() || standby.leads())
                        && master.epoch() > epoch
                        && master.epoch() == standby.epoch());
        assertThat(person.getChildren("/master-lease", false)).containsExactly("guard");
    }

    /** An election below the path of another makes its parents, and one of them is the other's master's node. */
    @ConcurrentTest
    void aPersistentMasterNodeIsReportedWithItsChildrenAndWhatTheyAre() throws Exception {
        Participant nested = election.candidate("n", "/master/b", TestElection.OPEN, client -> client)
                .start()
                .awaitLeading();
        nested.awaitQueue("n:1");
        Participant candidate = election.candidate("a").start();

        candidate.awaitProblem("until an operator deletes it with its children"
                + " b, b-candidates, b-lease (of the election on /master/b)");

        ZooKeeper person = election.person();
        person.create("/master/config", null, TestElection.OPEN, CreateMode.PERSISTENT);
        candidate.awaitProblem("(of the election on /master/b), config");
        nested.latch().close();
        ZKUtil.deleteRecursive(person, "/master");
        candidate.awaitLeading().awaitWorking();
    }

    @ConcurrentTest
    void theGuardKeepsAPlainDeleteFromTheLease() throws Exception {
        election.candidate("a").start().awaitLeading();
        ZooKeeper person = election.person();

        assertThatThrownBy(() -> person.delete("/master-lease", -1))
                .isInstanceOf(KeeperException.NotEmptyException.class);
    }

    @ConcurrentTest
    void anUnreadableLeaseIsReportedAtOnce() throws Exception {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);

        election.person().setData("/master-lease", "rubbish".getBytes(UTF_8), -1);

        standby.awaitProblem("the lease record cannot be read; the election goes on in ");
        await().until(() -> !master.leads());
        assertThat(standby.role()).isEqualTo(Role.UNKNOWN);
    }

    @ConcurrentTest
    void aCandidateThatWasRemovedJoinsAgain() throws Exception {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        standby.awaitQueue("a:1", "b:1");

        ZKUtil.deleteRecursive(election.person(), "/master-candidates");

        await().atMost(TestElection.PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(master.queue()).contains("b:1"));
        assertThat(master.calls()).containsExactly("isLeader");
    }

    @ConcurrentTest
    void parentsAreCreatedAndAreCreatedAgain() throws Exception {
        String path = "/some/where/deep/master";
        Participant master = election.candidate("a", path, TestElection.OPEN, client -> client)
                .start()
                .awaitLeading();
        ZooKeeper person = election.person();
        assertThat(person.exists("/some/where/deep", false).getEphemeralOwner()).isZero();
        long epoch = master.epoch();

        await().ignoreExceptions().untilAsserted(() -> ZKUtil.deleteRecursive(person, "/some"));

        await().atMost(TestElection.PATIENCE).until(() -> master.leads() && master.epoch() > epoch);
        master.awaitWorking();
    }

    @ConcurrentTest
    void aContainerIsAGoodParent() throws Exception {
        election.person().create("/container", null, TestElection.OPEN, CreateMode.CONTAINER);

        election.candidate("a", "/container/master", TestElection.OPEN, client -> client)
                .start()
                .awaitLeading();
    }
}
