package io.masterlatch.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership.Connection;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes with more children than a client takes in one reply: at such a reply it cuts the connection. */
class ManyChildrenTests {

    @RegisterExtension
    final TestElection election = new TestElection();

    @Test
    void thousandsOfChildrenOfAPersistentMasterNodeAreCountedAndNotRead() throws Exception {
        ZooKeeper person = election.person();
        person.create("/master", null, TestElection.OPEN, CreateMode.PERSISTENT);
        manyChildren(person, "/master");

        Participant candidate = election.candidate("a").start();

        candidate.awaitProblem("until an operator deletes it with its children 3000 nodes");
        await().during(TestElection.LEASE.multipliedBy(2))
                .atMost(TestElection.PATIENCE)
                .until(() -> candidate.latch().mastership().connection() == Connection.CONNECTED);
    }

    @Test
    void inAQueueWithThousandsOfForeignNodesTheElectionGoesOnWithoutAQueue() throws Exception {
        ZooKeeper person = election.person();
        person.create("/master-candidates", null, TestElection.OPEN, CreateMode.PERSISTENT);
        manyChildren(person, "/master-candidates");

        Participant one = election.candidate("a").start().awaitLeading();
        Participant two = election.candidate("b").start().awaitStandbyOf(one);
        two.awaitWarning("a candidate without a place in the queue: /master-candidates has 3002 children");
        one.awaitWarning("a candidate without a place in the queue: /master-candidates has 3002 children");
        long session = two.session();
        await().during(TestElection.LEASE.multipliedBy(2))
                .atMost(TestElection.PATIENCE)
                .until(() -> one.leads() && two.latch().mastership().connection() == Connection.CONNECTED);

        one.latch().close();

        two.awaitLeading();
        assertThat(two.session()).isEqualTo(session);
    }

    /** Creates children whose names are more than a client takes in one reply. */
    static void manyChildren(ZooKeeper person, String parent) throws Exception {
        for (int hundred = 0; hundred < 30; hundred++) {
            List<Op> ops = new ArrayList<>();
            for (int child = 0; child < 100; child++) {
                String name = "job-%d-%d-%s".formatted(hundred, child, "x".repeat(380));
                ops.add(Op.create(parent + "/" + name, null, TestElection.OPEN, CreateMode.PERSISTENT));
            }
            person.multi(ops);
        }
    }
}
