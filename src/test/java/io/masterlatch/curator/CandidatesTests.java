package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Latches on plain clients: one is master, and the next follows a release at once and a death after the lease. */
class CandidatesTests {

    @RegisterExtension
    final TestElection election = new TestElection();

    @ConcurrentTest
    void theMasterHoldsTheLeaseAndItsNode() throws Exception {
        Participant master = election.candidate("a").start();
        assertThat(master.latch().await(20, TimeUnit.SECONDS)).isTrue();

        Stat stat = new Stat();
        byte[] data = election.person().getData("/master", false, stat);
        assertThat(new String(data, UTF_8)).isEqualTo("a:1");
        assertThat(stat.getEphemeralOwner()).isEqualTo(master.session());
        assertThat(stat.getCzxid()).isEqualTo(master.epoch());
        assertThat(stat.getVersion()).isOne();
        LeaseRecord record = LeaseRecord.of(election.person().getData("/master-lease", false, stat));
        assertThat(record.holder()).isEqualTo(master.latch().mastership().id());
        assertThat(record.length()).isEqualTo(TestElection.LEASE);
        assertThat(record.address()).isEqualTo("a:1");
        assertThat(stat.getEphemeralOwner()).isZero();
        master.awaitQueue("a:1");
        master.awaitCalls("isLeader");
        assertThat(master.problem() + master.warning()).isEmpty();
    }

    @ConcurrentTest
    void theOthersKnowTheMaster() {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant second = election.candidate("b").start().awaitStandbyOf(master);
        Participant observer = election.observer("o").start().awaitRole(Role.OBSERVER);
        await().until(() -> observer.epoch() == master.epoch());

        Master known = master.latch().getLeader().orElseThrow();
        assertThat(second.latch().getLeader()).contains(known);
        assertThat(observer.latch().getLeader()).contains(known);
        assertThat(second.problem() + second.warning() + observer.problem()).isEmpty();
        assertThat(second.calls()).isEmpty();
    }

    @ConcurrentTest
    void theMasterStaysMasterOverManyRenewals() {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);

        await().during(TestElection.LEASE.multipliedBy(2))
                .atMost(TestElection.PATIENCE)
                .until(() -> master.leads()
                        && master.latch().hasLeadership(TestElection.LEASE.dividedBy(10))
                        && standby.role() == Role.STANDBY);

        master.awaitCalls("isLeader");
        assertThat(standby.changes()).hasSize(1);
    }

    @ConcurrentTest
    void aReleaseIsFollowedAtOnceByTheNextInTheQueue() {
        Participant a = election.candidate("a").start().awaitLeading();
        Participant b = election.candidate("b").start().awaitStandbyOf(a);
        a.awaitQueue("a:1", "b:1");
        Participant c = election.candidate("c").start().awaitStandbyOf(a);
        c.awaitQueue("a:1", "b:1", "c:1");
        long epoch = a.epoch();

        long began = System.nanoTime();
        a.latch().close();
        b.awaitLeading();
        Duration time = Duration.ofNanos(System.nanoTime() - began);

        assertThat(time).isLessThan(TestElection.LEASE);
        assertThat(b.epoch()).isGreaterThan(epoch);
        c.awaitStandbyOf(b);
        b.awaitQueue("b:1", "c:1");
        a.awaitCalls("isLeader", "notLeader");
        assertThat(causes(b)).last().asString().contains("a:1").contains("released");
        a.start().awaitStandbyOf(b);
        b.awaitQueue("b:1", "c:1", "a:1");
    }

    @ConcurrentTest
    void aDeadMasterIsFollowedWhenItsLeaseHasLapsed() {
        Participant a = election.candidate("a").start().awaitLeading();
        Participant b = election.candidate("b").start().awaitStandbyOf(a);
        b.awaitQueue("a:1", "b:1");
        long session = a.session();

        long began = System.nanoTime();
        a.kill();
        b.awaitLeading();

        Duration time = Duration.ofNanos(System.nanoTime() - began);
        System.out.println("CandidatesTests: the next master after a death: " + time.toMillis() + " ms");
        assertThat(time).isGreaterThan(TestElection.LEASE).isLessThan(TestElection.SESSION);
        assertThat(election.server().node("/master").session()).isEqualTo(b.session());
        assertThat(causes(b)).last().asString().contains("a:1").contains("lapsed");
        assertThat(election.server().node(TestElection.PATH).session()).isNotEqualTo(session);
    }

    @ConcurrentTest
    void anObserverNeverClaims() {
        Participant observer = election.observer("o").start().awaitRole(Role.OBSERVER);
        await().during(TestElection.LEASE.multipliedBy(2))
                .atMost(TestElection.PATIENCE)
                .until(() -> election.server().node("/master").czxid() == 0
                        && observer.calls().isEmpty());
        assertThat(election.server().node("/master-lease").czxid()).isZero();

        observer.awaitProblem("there has been no master for");

        Participant master = election.candidate("a").start().awaitLeading();
        await().until(() -> observer.master().equals("a:1"));
        observer.awaitWorking();
        master.latch().close();
        await().atMost(TestElection.PATIENCE).until(() -> observer.epoch() == 0 && observer.role() == Role.OBSERVER);
    }

    @ConcurrentTest
    void aWithdrawalReleasesAndAJoinIsAtTheEnd() throws Exception {
        Participant a = election.candidate("a").start().awaitLeading();
        Participant b = election.candidate("b").start().awaitStandbyOf(a);
        b.awaitQueue("a:1", "b:1");

        a.latch().withdraw().get(10, TimeUnit.SECONDS);
        assertThat(a.leads()).isFalse();

        b.awaitLeading().awaitQueue("b:1");
        a.awaitRole(Role.OBSERVER);
        await().until(() -> a.epoch() == b.epoch());
        a.latch().join();
        a.awaitStandbyOf(b);
        b.awaitQueue("b:1", "a:1");
        a.awaitCalls("isLeader", "notLeader");
    }

    @ConcurrentTest
    void aStrangersNodeIsMasterUntilItsEnd() throws Exception {
        var person = election.person();
        person.create("/master", "person.example.com:22".getBytes(UTF_8), TestElection.OPEN, CreateMode.EPHEMERAL);

        Participant candidate = election.candidate("a").start().awaitRole(Role.STANDBY);

        assertThat(candidate.master()).isEqualTo("person.example.com:22");
        Master master = candidate.latch().getLeader().orElseThrow();
        assertThat(master.session()).isEqualTo(person.getSessionId());
        assertThat(master.holder()).isNull();
        assertThat(candidate.problem() + candidate.warning()).isEmpty();
        person.setData("/master", "it's me".getBytes(UTF_8), -1);
        candidate.awaitWarning("its data is \"it's me\", not host:port");
        long epoch = candidate.epoch();

        person.close();

        candidate.awaitLeading();
        assertThat(candidate.epoch()).isGreaterThan(epoch);
        assertThat(candidate.warning()).isEmpty();
    }

    @ConcurrentTest
    void aNodeOfNoSessionKeepsAllFromBecomingMasterAndIsReported() throws Exception {
        var person = election.person();
        person.create("/master", null, TestElection.OPEN, CreateMode.PERSISTENT);

        Participant candidate = election.candidate("a").start();
        candidate.awaitProblem("the master's node is persistent");
        assertThat(candidate.role()).isEqualTo(Role.STANDBY);

        person.delete("/master", -1);
        candidate.awaitLeading().awaitWorking();
    }

    private static List<String> causes(Participant participant) {
        return participant.changes().stream().map(MastershipChange::cause).toList();
    }
}
