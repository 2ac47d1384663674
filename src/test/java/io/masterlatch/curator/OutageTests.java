package io.masterlatch.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that are lost, sessions that end, replies that do not arrive, and servers that go and come back. */
class OutageTests {

    @RegisterExtension
    final TestElection election = new TestElection();

    @ConcurrentTest
    void aLostConnectionThatComesBackWithinTheLeaseCostsNothing() {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);

        master.network().dropConnections();
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> master.latch().mastership().connection() == Connection.SUSPENDED);
        await().atMost(TestElection.PATIENCE)
                .until(() -> master.latch().mastership().connection() == Connection.CONNECTED);

        // ZooKeeper's client waits for up to a second before it connects again.
        await().atMost(TestElection.PATIENCE).until(() -> master.leads() || standby.leads());
        Participant present = master.leads() ? master : standby;
        Participant other = present == master ? standby : master;
        other.awaitStandbyOf(present);
    }

    @ConcurrentTest
    void aMasterBehindABlackHoleIsFollowedAfterItsLease() {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        standby.awaitQueue("a:1", "b:1");

        long began = System.nanoTime();
        master.network().blackHole();
        standby.awaitLeading();
        Duration time = Duration.ofNanos(System.nanoTime() - began);

        System.out.println("OutageTests: the next master after a black hole: " + time.toMillis() + " ms");
        assertThat(time).isLessThan(TestElection.SESSION);
        assertThat(master.leads()).isFalse();
        assertThat(master.role()).isEqualTo(Role.UNKNOWN);
        master.network().restore();
        master.awaitStandbyOf(standby);
        master.awaitCalls("isLeader", "notLeader");
    }

    @ConcurrentTest
    void anEndedSessionIsReplacedAndTheMasterStays() {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        long session = master.session();
        long epoch = master.epoch();

        election.server().expire(session);

        await().atMost(TestElection.PATIENCE).until(() -> master.session() != session && master.role() != Role.UNKNOWN);
        await().atMost(TestElection.PATIENCE)
                .until(() -> (master.leads() || standby.leads()) && master.epoch() > epoch);
        Participant present = master.leads() ? master : standby;
        (present == master ? standby : master).awaitStandbyOf(present);
        assertThat(election.server().node("/master").session()).isEqualTo(present.session());
    }

    @ConcurrentTest
    void aStandbyWhoseSessionEndsIsInTheQueueAgain() {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        standby.awaitQueue("a:1", "b:1");
        long session = standby.session();

        election.server().expire(session);

        await().atMost(TestElection.PATIENCE).until(() -> standby.session() != session);
        standby.awaitStandbyOf(master);
        master.awaitQueue("a:1", "b:1");
        master.awaitCalls("isLeader");
        assertThat(standby.calls()).isEmpty();
    }

    @ConcurrentTest
    void aWithdrawalDuringAnOutageIsMadeUpFor() {
        Participant master = election.candidate("a").start().awaitLeading();
        Participant standby = election.candidate("b").start().awaitStandbyOf(master);
        master.awaitQueue("a:1", "b:1");
        Participant observer = election.observer("o").start().awaitRole(Role.OBSERVER);

        withdrawWithoutConnection(standby, ReleaseOutcome.NOT_HELD);
        master.awaitQueue("a:1");
        withdrawWithoutConnection(master, ReleaseOutcome.UNCONFIRMED);

        observer.awaitQueue();
        await().atMost(TestElection.PATIENCE)
                .until(() -> election.server().node("/master").czxid() == 0);
        assertThat(observer.calls()).isEmpty();
    }

    private static void withdrawWithoutConnection(Participant one, ReleaseOutcome outcome) {
        long session = one.session();
        one.network().cut();
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> one.latch().mastership().connection() == Connection.SUSPENDED);
        assertThat(one.latch().withdraw()).succeedsWithin(TestElection.PATIENCE).isEqualTo(outcome);
        one.network().restore();
        one.awaitRole(Role.OBSERVER);
        assertThat(one.session()).isEqualTo(session);
    }

    @ConcurrentTest
    void aServerThatIsRestartedHasOneMasterAgain() {
        Participant a = election.candidate("a").start().awaitLeading();
        Participant b = election.candidate("b").start().awaitStandbyOf(a);

        for (int restart = 0; restart < 2; restart++) {
            election.server().stop();
            election.server().start();
            await().atMost(TestElection.PATIENCE)
                    .until(() -> a.latch().mastership().connection() == Connection.CONNECTED
                            && b.latch().mastership().connection() == Connection.CONNECTED
                            && (a.leads() && b.role() == Role.STANDBY || b.leads() && a.role() == Role.STANDBY));
        }
    }

    @ConcurrentTest
    void aClaimWhoseReplyIsLostCountsOnceItIsSeen() {
        Participant a = election.candidate("a");
        CompletableFuture<Void> lost = a.network().loseReplyOf(OpCode.multi);

        a.start();
        assertThat(lost).succeedsWithin(Duration.ofSeconds(10));

        a.awaitLeading().awaitCalls("isLeader");
    }

    @ConcurrentTest
    void aClaimThatDoesNotArriveIsMadeAgain() {
        Participant a = election.candidate("a");
        CompletableFuture<Void> lost = a.network().loseRequestOf(OpCode.multi);

        a.start();
        assertThat(lost).succeedsWithin(Duration.ofSeconds(10));

        a.awaitLeading().awaitCalls("isLeader");
    }

    @ConcurrentTest
    void aLostReplyOfARenewalEndsNoEpoch() {
        Participant a = election.candidate("a").start().awaitLeading();
        long epoch = a.epoch();
        CompletableFuture<Void> lost = a.network().loseReplyOf(OpCode.multi);
        assertThat(lost).succeedsWithin(Duration.ofSeconds(10));

        await().atMost(TestElection.PATIENCE)
                .until(() -> a.latch().mastership().connection() == Connection.CONNECTED && a.leads());

        assertThat(a.epoch()).isEqualTo(epoch);
    }

    @ConcurrentTest
    void closingWithoutAConnectionReturnsAfterALease() {
        Participant a = election.candidate("a").start().awaitLeading();
        a.network().blackHole();

        long began = System.nanoTime();
        a.latch().close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TestElection.LEASE.multipliedBy(2));
        assertThat(a.leads()).isFalse();
        a.awaitCalls("isLeader", "notLeader");
    }
}
