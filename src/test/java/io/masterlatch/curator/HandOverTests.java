package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Role;
import io.masterlatch.latch.HandOver;
import io.masterlatch.latch.HandOver.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mastership goes to the candidate that it is handed to, or stays where it is, and the caller learns which. */
class HandOverTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @RegisterExtension
    final TestElection election = new TestElection();

    private final List<Participant> all = new ArrayList<>();

    @ConcurrentTest
    void goesToTheFirstInTheQueue() {
        start("a", "b", "c");
        Participant a = all.get(0);
        Participant b = all.get(1);
        long epoch = a.epoch();

        HandOver outcome = a.latch().handOver(null, TIMEOUT).join();

        assertThat(outcome.outcome()).isEqualTo(Outcome.HANDED_OVER);
        assertThat(outcome.master().address()).isEqualTo("b:1");
        assertThat(outcome.master().epoch()).isGreaterThan(epoch);
        a.awaitStandbyOf(b);
        b.awaitQueue("b:1", "c:1", "a:1");
        a.awaitCalls("isLeader", "notLeader");
        b.awaitCalls("isLeader");
        assertThat(all.get(2).calls()).isEmpty();
    }

    @ConcurrentTest
    void goesToTheOneThatIsNamed() {
        start("a", "b", "c", "d");
        Participant d = all.get(3);

        HandOver outcome = all.get(0).latch().handOver("d:1", TIMEOUT).join();

        assertThat(outcome.outcome()).isEqualTo(Outcome.HANDED_OVER);
        assertThat(outcome.message()).isEqualTo("d:1 is master");
        d.awaitLeading().awaitQueue("b:1", "c:1", "d:1", "a:1");
        all.stream().filter(other -> other != d).forEach(other -> other.awaitStandbyOf(d));
        assertThat(all.get(1).calls()).isEmpty();
        assertThat(all.get(2).calls()).isEmpty();
    }

    @ConcurrentTest
    void nothingIsReleasedWithoutACandidateForIt() {
        Participant a = election.candidate("a").start().awaitLeading();
        a.awaitQueue("a:1");
        assertKept(a, null, Outcome.NO_OTHER_CANDIDATE);
        assertKept(a, "b:1", Outcome.NO_OTHER_CANDIDATE);

        Participant b = election.candidate("b").start().awaitStandbyOf(a);
        a.awaitQueue("a:1", "b:1");
        for (String unknown : List.of("z:1", "a:1", "", "B:1")) {
            assertKept(a, unknown, Outcome.UNKNOWN_CANDIDATE);
        }
        assertThat(b.latch().handOver(null, TIMEOUT).join().outcome()).isEqualTo(Outcome.NOT_MASTER);
        assertThat(b.latch().handOver(null, TIMEOUT).join().master().address()).isEqualTo("a:1");
    }

    @ConcurrentTest
    void nothingIsReleasedWithoutAConnection() {
        start("a", "b");
        Participant a = all.get(0);
        a.network().cut();
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> a.latch().mastership().connection() == Connection.SUSPENDED);

        HandOver outcome = a.latch().handOver(null, TIMEOUT).join();

        assertThat(outcome.outcome()).isIn(Outcome.UNREACHABLE, Outcome.NOT_MASTER);
    }

    @ConcurrentTest
    void theMasterIsMasterAgainWhenTheOnlyOtherDoesNotClaim() throws Exception {
        Participant a = election.candidate("a").start().awaitLeading();
        frozen("b:1");
        a.awaitQueue("a:1", "b:1");
        long epoch = a.epoch();

        HandOver outcome = a.latch().handOver(null, TIMEOUT).join();

        assertThat(outcome.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(outcome.master().address()).isEqualTo("a:1");
        assertThat(outcome.master().epoch()).isGreaterThan(epoch);
        a.awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @ConcurrentTest
    void anotherWinsWhenTheOneThatIsNamedDoesNotClaim() throws Exception {
        Participant a = election.candidate("a").start().awaitLeading();
        frozen("b:1");
        Participant c = election.candidate("c").start().awaitStandbyOf(a);
        a.awaitQueue("a:1", "b:1", "c:1");

        HandOver outcome = a.latch().handOver("b:1", TIMEOUT).join();

        assertThat(outcome.outcome()).isEqualTo(Outcome.WON_BY_ANOTHER);
        assertThat(outcome.master().address()).isEqualTo("c:1");
        c.awaitLeading();
    }

    /** A hand-over to it would cost a while without a master, and bring nothing. */
    @ConcurrentTest
    void whatAKilledProcessHasLeftInTheQueueIsNoSuccessor() throws Exception {
        Participant a = election.candidate("a").start().awaitLeading();
        frozen("a:1");
        a.awaitQueue("a:1", "a:1");
        assertKept(a, null, Outcome.NO_OTHER_CANDIDATE);

        frozen("b:1");
        Participant b = election.candidate("b").start().awaitStandbyOf(a);
        a.awaitQueue("a:1", "a:1", "b:1", "b:1");
        assertThat(a.latch().handOver(null, TIMEOUT).join().outcome()).isEqualTo(Outcome.HANDED_OVER);
        b.awaitLeading();
    }

    @ConcurrentTest
    void ofTwoAtOnceOneIsDone() {
        start("a", "b", "c");
        Participant a = all.get(0);

        List<CompletableFuture<HandOver>> futures = List.of("b:1", "c:1").parallelStream()
                .map(to -> a.latch().handOver(to, TIMEOUT))
                .toList();
        List<Outcome> outcomes =
                futures.stream().map(future -> future.join().outcome()).toList();

        assertThat(outcomes).containsOnlyOnce(Outcome.HANDED_OVER);
        assertThat(outcomes).containsAnyOf(Outcome.UNDER_WAY, Outcome.NOT_MASTER);
    }

    @ConcurrentTest
    void closingEndsTheWait() throws Exception {
        Participant a = election.candidate("a").start().awaitLeading();
        frozen("b:1");
        a.awaitQueue("a:1", "b:1");
        CompletableFuture<HandOver> outcome = a.latch().handOver(null, Duration.ofSeconds(60));
        await().pollInterval(Duration.ofMillis(1)).until(() -> !a.leads());

        a.latch().close();

        assertThat(outcome.get(5, TimeUnit.SECONDS).outcome()).isIn(Outcome.CLOSED, Outcome.TIMED_OUT);
        assertThat(a.leads()).isFalse();
    }

    @ConcurrentTest
    void goesRoundAndRoundAndTheOldMasterNeverWinsStraightBack() {
        start("a", "b", "c");
        List<Long> times = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            Participant old =
                    all.stream().filter(Participant::leads).findFirst().orElseThrow();
            long epoch = old.epoch();
            long began = System.nanoTime();

            HandOver outcome = old.latch().handOver(null, TIMEOUT).join();

            times.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
            assertThat(outcome.outcome()).isEqualTo(Outcome.HANDED_OVER);
            assertThat(outcome.master().epoch()).isGreaterThan(epoch);
            Participant next = all.stream()
                    .filter(one -> one.latch().getId().equals(outcome.master().address()))
                    .findFirst()
                    .orElseThrow()
                    .awaitLeading();
            assertThat(next).isNotSameAs(old);
            old.awaitRole(Role.STANDBY);
            await().atMost(TestElection.PATIENCE)
                    .until(() -> next.queue().size() == 3
                            && next.queue().get(2).equals(old.latch().getId()));
        }
        times.sort(null);
        System.out.println("HandOverTests: from the request to the answer, in ms: median " + times.get(times.size() / 2)
                + ", longest " + times.get(times.size() - 1));
        assertThat(times.get(times.size() / 2)).isLessThan(1_000);
    }

    /** Starts candidates, which are in the queue in this order, the first as the master. */
    private void start(String... hosts) {
        for (String host : hosts) {
            all.add(election.candidate(host).start());
            all.get(0).awaitLeading();
            all.get(0)
                    .awaitQueue(Stream.of(hosts)
                            .limit(all.size())
                            .map(name -> name + ":1")
                            .toArray(String[]::new));
        }
        all.stream().skip(1).forEach(other -> other.awaitStandbyOf(all.get(0)));
    }

    /** Puts a candidate into the queue that lives and never claims. */
    private void frozen(String address) throws Exception {
        ZooKeeper person = election.person();
        String id = String.format("%016x", person.getSessionId());
        person.create(
                "/master-candidates/" + id + "-",
                address.getBytes(UTF_8),
                TestElection.OPEN,
                CreateMode.EPHEMERAL_SEQUENTIAL);
    }

    private static void assertKept(Participant master, String to, Outcome outcome) {
        long epoch = master.epoch();
        assertThat(master.latch().handOver(to, TIMEOUT).join().outcome()).isEqualTo(outcome);
        assertThat(master.leads()).isTrue();
        assertThat(master.epoch()).isEqualTo(epoch);
        assertThat(master.calls()).containsExactly("isLeader");
    }
}
